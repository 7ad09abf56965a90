/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "imap-response.h"

#include <string.h>

/* Values */

void
imap_value_free (ImapValue *self)
{
  if (self == NULL)
    return;
  g_free (self->text);
  g_clear_pointer (&self->children, g_ptr_array_unref);
  g_free (self);
}

const ImapValue *
imap_value_get (const ImapValue *self, guint i)
{
  return i < imap_value_get_n (self) ? g_ptr_array_index (self->children, i) : NULL;
}

guint
imap_value_get_n (const ImapValue *self)
{
  return self != NULL && self->children != NULL ? self->children->len : 0;
}

const char *
imap_value_get_text (const ImapValue *self)
{
  return self != NULL && (self->kind == IMAP_VALUE_ATOM || self->kind == IMAP_VALUE_STRING)
             ? self->text
             : NULL;
}

gboolean
imap_value_is (const ImapValue *self, const char *atom)
{
  return self != NULL && (self->kind == IMAP_VALUE_ATOM || self->kind == IMAP_VALUE_NIL) &&
         g_ascii_strcasecmp (self->text, atom) == 0;
}

gboolean
imap_value_get_number (const ImapValue *self, guint64 *out_number)
{
  guint64 number = 0;

  if (self == NULL || self->kind != IMAP_VALUE_ATOM || self->length == 0)
    return FALSE;
  for (gsize i = 0; i < self->length; i++)
    {
      guint digit = (guint) (self->text[i] - '0');

      if (!g_ascii_isdigit (self->text[i]) || number > (G_MAXUINT64 - digit) / 10)
        return FALSE;
      number = number * 10 + digit;
    }
  *out_number = number;
  return TRUE;
}

void
imap_value_read_flags (const ImapValue *self, ImapFlags *out_flags)
{
  for (guint i = 0; i < imap_value_get_n (self); i++)
    {
      const ImapValue *value = imap_value_get (self, i);
      const char      *text = imap_value_get_text (value);
      guint            flag;

      if (text == NULL || text[0] == '\0')
        continue;
      flag = imap_flag_find (text);
      if (flag != 0)
        out_flags->system |= flag;
      else if (strcmp (text, "\\*") == 0)
        out_flags->has_star = TRUE;
      else if (text[0] != '\\')
        imap_flags_add_keyword (out_flags, text);
    }
}

/* Responses */

const char *
imap_condition_get_name (ImapCondition condition)
{
  static const char *const names[] = { "OK", "NO", "BAD", "PREAUTH", "BYE" };

  g_return_val_if_fail ((guint) condition < G_N_ELEMENTS (names), "");
  return names[condition];
}

void
imap_response_clear (ImapResponse *self)
{
  g_free (self->tag);
  g_free (self->code);
  g_clear_pointer (&self->code_values, g_ptr_array_unref);
  g_free (self->text);
  g_free (self->name);
  g_clear_pointer (&self->values, g_ptr_array_unref);
  *self = (ImapResponse){ 0 };
}

/* Whether an item is the one that was asked for, be it written with or without quotes. */
static gboolean
is_item (const char *name, const char *item)
{
  for (;; name++, item++)
    {
      while (*name == '"')
        name++;
      while (*item == '"')
        item++;
      if (g_ascii_tolower (*name) != g_ascii_tolower (*item))
        return FALSE;
      if (*name == '\0')
        return TRUE;
    }
}

/* Returns: (nullable): the list of items */
static const ImapValue *
find_items (const ImapResponse *self)
{
  for (guint i = 0; self->values != NULL && i < self->values->len; i++)
    {
      const ImapValue *value = g_ptr_array_index (self->values, i);

      if (value->kind == IMAP_VALUE_LIST)
        return value;
    }
  return NULL;
}

const ImapValue *
imap_response_find (const ImapResponse *self, const char *item)
{
  const ImapValue *items = find_items (self);

  for (guint i = 0; i + 1 < imap_value_get_n (items); i += 2)
    {
      const char *name = imap_value_get_text (imap_value_get (items, i));

      if (name != NULL && is_item (name, item))
        return imap_value_get (items, i + 1);
    }
  return NULL;
}
