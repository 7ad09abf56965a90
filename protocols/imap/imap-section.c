/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "imap-section.h"

#include "imap-write.h"

/* In the order of ImapSectionKind. */
static const char *const names[] = {
  "", "HEADER", "HEADER.FIELDS", "HEADER.FIELDS.NOT", "TEXT", "MIME",
};

void
imap_section_clear (ImapSection *self)
{
  g_clear_pointer (&self->path, g_array_unref);
  g_clear_pointer (&self->fields, g_ptr_array_unref);
  *self = (ImapSection){ 0 };
}

void
imap_section_copy (const ImapSection *self, ImapSection *out_section)
{
  *out_section = (ImapSection){ .kind = self->kind };
  if (self->path != NULL)
    out_section->path = g_array_copy (self->path);
  if (self->fields == NULL)
    return;
  out_section->fields = g_ptr_array_new_with_free_func (g_free);
  for (guint i = 0; i < self->fields->len; i++)
    g_ptr_array_add (out_section->fields, g_strdup (g_ptr_array_index (self->fields, i)));
}

void
imap_section_append (const ImapSection *self, GString *out)
{
  guint n_numbers = self->path != NULL ? self->path->len : 0;

  for (guint i = 0; i < n_numbers; i++)
    g_string_append_printf (out, i > 0 ? ".%u" : "%u", g_array_index (self->path, guint32, i));
  if (n_numbers > 0 && self->kind != IMAP_SECTION_ALL)
    g_string_append_c (out, '.');
  g_string_append (out, names[self->kind]);
  if (self->kind != IMAP_SECTION_HEADER_FIELDS && self->kind != IMAP_SECTION_HEADER_FIELDS_NOT)
    return;
  g_string_append (out, " (");
  for (guint i = 0; self->fields != NULL && i < self->fields->len; i++)
    {
      if (i > 0)
        g_string_append_c (out, ' ');
      imap_append_astring (out, g_ptr_array_index (self->fields, i), 0);
    }
  g_string_append_c (out, ')');
}
