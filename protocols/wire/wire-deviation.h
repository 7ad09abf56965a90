/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/** How much a deviation matters to who reads the bytes, least first. */
typedef enum
{
  WIRE_SEVERITY_HINT,     /* a recommendation (SHOULD) was not followed; nothing is lost */
  WIRE_SEVERITY_OBSOLETE, /* readers must accept it, writers must not make it any more */
  WIRE_SEVERITY_WARNING,  /* no standard allows it; readers agree on what is meant */
  WIRE_SEVERITY_ERROR,    /* readers differ, or something is lost */
} WireSeverity;

/**
 * WireDeviation:
 *
 * One named way to depart from a standard, and the section that is departed from. Each
 * module has a catalogue of them in MODULE-deviation.[ch]. What a reader should do about
 * one is prose, in lessons/glossary/deviations.md under the heading NAME.
 */
typedef struct
{
  const char  *module;   /* the folder under protocols/ that owns it: "imf" */
  const char  *name;     /* unique in the program: "bare_lf" */
  const char  *label;    /* for people: "Line ends in LF alone" */
  WireSeverity severity;
  guint        rfc;      /* 5322 */
  const char  *section;  /* "2.3" */
} WireDeviation;

/**
 * WIRE_DEVIATION:
 *
 * Defines MODULE_deviation_NAME, which MODULE-deviation.h declares. As with WIRE_ELEMENT
 * its address goes into a linker set, "wire_deviations", so that a test can demand prose
 * and an example for each.
 */
#define WIRE_DEVIATION(module_, name_, label_, severity_, rfc_, section_)                          \
  const WireDeviation module_##_deviation_##name_ = {                                              \
    #module_, #name_, label_, WIRE_SEVERITY_##severity_, rfc_, section_                            \
  };                                                                                               \
  static const WireDeviation *const name_##_in_set                                                 \
      __attribute__ ((used, section ("wire_deviations"))) = &module_##_deviation_##name_

typedef void (*WireDeviationFunc) (const WireDeviation *deviation, gpointer user_data);

/** Calls @func for every deviation that is linked into this program. */
void wire_deviation_foreach (WireDeviationFunc func, gpointer user_data);

/** Returns: (nullable): the deviation NAME, or NULL. */
const WireDeviation *wire_deviation_find (const char *name);

/** Returns: "hint", "obsolete", "warning" or "error". */
const char *wire_severity_get_name (WireSeverity severity);

/** Returns: the WireSpanFlags that a span gets with a deviation of @severity. */
guint wire_severity_get_flags (WireSeverity severity);

G_END_DECLS
