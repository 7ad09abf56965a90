/* SPDX-License-Identifier: GPL-3.0-or-later */
#define WIRE_MODULE "imf"
#include "imf-kind.h"
#include "imf-registry.h"
#include "imf-scan.h"
#include "imf-trace.h"
#include "imf-value.h"

#include <string.h>

WIRE_ELEMENT (orig_date, "Date", 5322, "3.6.1");
WIRE_ELEMENT (from, "From", 5322, "3.6.2");
WIRE_ELEMENT (sender, "Sender", 5322, "3.6.2");
WIRE_ELEMENT (reply_to, "Reply-To", 5322, "3.6.2");
WIRE_ELEMENT (to, "To", 5322, "3.6.3");
WIRE_ELEMENT (cc, "Cc", 5322, "3.6.3");
WIRE_ELEMENT (bcc, "Bcc", 5322, "3.6.3");
WIRE_ELEMENT (message_id, "Message-ID", 5322, "3.6.4");
WIRE_ELEMENT (in_reply_to, "In-Reply-To", 5322, "3.6.4");
WIRE_ELEMENT (references, "References", 5322, "3.6.4");
WIRE_ELEMENT (subject, "Subject", 5322, "3.6.5");
WIRE_ELEMENT (comments, "Comments", 5322, "3.6.5");
WIRE_ELEMENT (keywords, "Keywords", 5322, "3.6.5");
WIRE_ELEMENT (resent_date, "Resent-Date", 5322, "3.6.6");
WIRE_ELEMENT (resent_from, "Resent-From", 5322, "3.6.6");
WIRE_ELEMENT (resent_sender, "Resent-Sender", 5322, "3.6.6");
WIRE_ELEMENT (resent_to, "Resent-To", 5322, "3.6.6");
WIRE_ELEMENT (resent_cc, "Resent-Cc", 5322, "3.6.6");
WIRE_ELEMENT (resent_bcc, "Resent-Bcc", 5322, "3.6.6");
WIRE_ELEMENT (resent_message_id, "Resent-Message-ID", 5322, "3.6.6");
WIRE_ELEMENT (resent_reply_to, "Resent-Reply-To", 5322, "4.5.6");
WIRE_ELEMENT (return_path, "Return-Path", 5322, "3.6.7");
WIRE_ELEMENT (received, "Received", 5322, "3.6.7");
WIRE_ELEMENT (optional_field, "Other field", 5322, "3.6.8");

/* Which grammar reads which field of RFC 5322, by groups; imf-registry.c goes on with all others.
 * To add a field: define its element (with the section that defines the field), add a row to its
 * group, and prose to lessons/glossary/imf.md. The value's rule is imf_scan_unstructured(), one of
 * imf-value.h or imf-other.h, or a new one beside its kin: in the file of what it is about, from
 * the colon to the end of the scan. A name may be there only once; at most KINDS_MAX fit. A
 * field that is in neither table is an optional-field. */
static const ImfKind kinds[] = {
  { "Date", &orig_date, IMF_GROUP_ORIGINATION_DATE, 1, imf_value_date_time },

  { "From", &from, IMF_GROUP_ORIGINATOR, 1, imf_value_mailbox_list },
  { "Sender", &sender, IMF_GROUP_ORIGINATOR, 1, imf_value_mailbox },
  { "Reply-To", &reply_to, IMF_GROUP_ORIGINATOR, 1, imf_value_address_list },

  { "To", &to, IMF_GROUP_DESTINATION, 1, imf_value_address_list },
  { "Cc", &cc, IMF_GROUP_DESTINATION, 1, imf_value_address_list },
  { "Bcc", &bcc, IMF_GROUP_DESTINATION, 1, imf_value_optional_address_list },

  { "Message-ID", &message_id, IMF_GROUP_IDENTIFICATION, 1, imf_value_msg_id },
  { "In-Reply-To", &in_reply_to, IMF_GROUP_IDENTIFICATION, 1, imf_value_msg_ids },
  { "References", &references, IMF_GROUP_IDENTIFICATION, 1, imf_value_msg_ids },

  { "Subject", &subject, IMF_GROUP_INFORMATIONAL, 1, imf_scan_unstructured },
  { "Comments", &comments, IMF_GROUP_INFORMATIONAL, 0, imf_scan_unstructured },
  { "Keywords", &keywords, IMF_GROUP_INFORMATIONAL, 0, imf_value_phrase_list },

  { "Resent-Date", &resent_date, IMF_GROUP_RESENT, 0, imf_value_date_time },
  { "Resent-From", &resent_from, IMF_GROUP_RESENT, 0, imf_value_mailbox_list },
  { "Resent-Sender", &resent_sender, IMF_GROUP_RESENT, 0, imf_value_mailbox },
  { "Resent-To", &resent_to, IMF_GROUP_RESENT, 0, imf_value_address_list },
  { "Resent-Cc", &resent_cc, IMF_GROUP_RESENT, 0, imf_value_address_list },
  { "Resent-Bcc", &resent_bcc, IMF_GROUP_RESENT, 0, imf_value_optional_address_list },
  { "Resent-Message-ID", &resent_message_id, IMF_GROUP_RESENT, 0, imf_value_msg_id },
  { "Resent-Reply-To", &resent_reply_to, IMF_GROUP_RESENT, 0, imf_value_address_list },

  { "Return-Path", &return_path, IMF_GROUP_TRACE, 0, imf_scan_path },
  { "Received", &received, IMF_GROUP_TRACE, 0, imf_value_received },
};

static const ImfKind optional_kind = { "", &optional_field, IMF_GROUP_OPTIONAL, 0,
                                       imf_scan_unstructured };

static const char *const group_labels[] = {
  [IMF_GROUP_ORIGINATION_DATE] = "Origination date field",
  [IMF_GROUP_ORIGINATOR] = "Originator fields",
  [IMF_GROUP_DESTINATION] = "Destination address fields",
  [IMF_GROUP_IDENTIFICATION] = "Identification fields",
  [IMF_GROUP_INFORMATIONAL] = "Informational fields",
  [IMF_GROUP_RESENT] = "Resent fields",
  [IMF_GROUP_TRACE] = "Trace fields",
  [IMF_GROUP_MIME] = "MIME fields",
  [IMF_GROUP_LIST] = "List fields",
  [IMF_GROUP_AUTHENTICATION] = "Authentication fields",
  [IMF_GROUP_OPTIONAL] = "Optional fields",
};
G_STATIC_ASSERT (G_N_ELEMENTS (group_labels) == IMF_N_GROUPS);

/* An open hash of both tables, made once: half empty at the most, so that a look-up, of a stranger
 * too, is a step or two. */
#define N_SLOTS 512
#define KINDS_MAX G_MAXUINT8

static const ImfKind *
get_kind (guint i)
{
  return i < G_N_ELEMENTS (kinds) ? &kinds[i] : &imf_registry_kinds[i - G_N_ELEMENTS (kinds)];
}

static guint
hash_name (const guint8 *name, gsize length)
{
  guint first = name[0] | 0x20;
  guint last = name[length - 1] | 0x20;
  guint middle = name[length / 2] | 0x20;

  return ((guint) length * 67 + first * 31 + middle * 7 + last) % N_SLOTS;
}

static gboolean
is_named (const ImfKind *kind, const guint8 *name, gsize length)
{
  return g_ascii_strncasecmp (kind->name, (const char *) name, length) == 0 &&
         kind->name[length] == '\0';
}

/* Returns: for each slot the place in the tables plus 1, or 0. */
static const guint8 *
get_slots (void)
{
  static guint8 slots[N_SLOTS];
  static gsize is_made = 0;

  if (g_once_init_enter (&is_made))
    {
      guint n_kinds = G_N_ELEMENTS (kinds) + imf_n_registry_kinds;

      g_assert (n_kinds <= KINDS_MAX);
      for (guint i = 0; i < n_kinds; i++)
        {
          const char *name = get_kind (i)->name;
          guint       slot = hash_name ((const guint8 *) name, strlen (name));

          while (slots[slot] != 0)
            slot = (slot + 1) % N_SLOTS;
          slots[slot] = (guint8) (i + 1);
        }
      g_once_init_leave (&is_made, 1);
    }
  return slots;
}

const ImfKind *
imf_kind_find (const guint8 *name, gsize length)
{
  const guint8 *slots = get_slots ();
  guint         slot;

  if (length == 0)
    return &optional_kind;
  for (slot = hash_name (name, length); slots[slot] != 0; slot = (slot + 1) % N_SLOTS)
    if (is_named (get_kind (slots[slot] - 1u), name, length))
      return get_kind (slots[slot] - 1u);
  return &optional_kind;
}

const ImfKind *
imf_kind_find_in (const ImfKind *table, guint n_kinds, const guint8 *name, gsize length)
{
  for (guint i = 0; i < n_kinds; i++)
    if (is_named (&table[i], name, length))
      return &table[i];
  return NULL;
}

const char *
imf_group_get_label (ImfGroup group)
{
  g_return_val_if_fail (group < IMF_N_GROUPS, "");
  return group_labels[group];
}
