/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "wire-element.h"

#include <string.h>

/* The linker makes these two for any section whose name is a C name. */
extern const WireElement *const __start_wire_elements[];
extern const WireElement *const __stop_wire_elements[];

void
wire_element_foreach (WireElementFunc func, gpointer user_data)
{
  for (const WireElement *const *at = __start_wire_elements; at < __stop_wire_elements; at++)
    func (*at, user_data);
}

const WireElement *
wire_element_find (const char *module, const char *name)
{
  for (const WireElement *const *at = __start_wire_elements; at < __stop_wire_elements; at++)
    if (strcmp ((*at)->module, module) == 0 && strcmp ((*at)->name, name) == 0)
      return *at;
  return NULL;
}
