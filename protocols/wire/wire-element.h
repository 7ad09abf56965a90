/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * WireElement:
 *
 * One named rule of a grammar and the sentence of the standard that says so:
 * an ABNF rule, a header field, a field of a packet. The descriptor is static
 * and lives beside the function that scans it. Prose for learners is not here
 * but in lessons/glossary/MODULE.md under the heading NAME.
 */
typedef struct
{
  const char *module;  /* the folder under protocols/ that owns it: "smtp" */
  const char *name;    /* unique in its module: "reverse_path" */
  const char *label;   /* for people: "Reverse-path" */
  guint       rfc;     /* 5321 */
  const char *section; /* "4.1.2" */
} WireElement;

/**
 * WIRE_ELEMENT:
 *
 * Defines the static element @id. A file that uses it defines WIRE_MODULE
 * before its first include. The descriptor's address is also put into the
 * linker set "wire_elements", so that a test can walk over every element of
 * the program and demand prose for each.
 */
#define WIRE_ELEMENT(id, label_, rfc_, section_)                                                   \
  static const WireElement id = { WIRE_MODULE, #id, label_, rfc_, section_ };                      \
  static const WireElement *const id##_in_set                                                      \
      __attribute__ ((used, section ("wire_elements"))) = &id

typedef void (*WireElementFunc) (const WireElement *element, gpointer user_data);

/** Calls @func for every element that is linked into this program. */
void wire_element_foreach (WireElementFunc func, gpointer user_data);

/** Returns: (nullable): the element NAME of MODULE, or NULL. */
const WireElement *wire_element_find (const char *module, const char *name);

G_END_DECLS
