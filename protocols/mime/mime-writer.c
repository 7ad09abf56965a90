/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mime-writer.h"
#include "mime-encoding.h"
#include "mime-fields.h"
#include "mime-value.h"
#include "mime-words.h"

#include <string.h>

#include <imf/imf-address.h>
#include <imf/imf-composer.h>
#include <imf/imf-message.h>

/* A longer name would leave no room on its line. Ours. */
#define NAME_CHARACTERS_MAX 60

/* Octets of a word that a header of UTF-8 still has as it is: with what may stand before it on its
 * line it keeps to IMF_LINE_CHARACTERS_WANTED. */
#define UTF8_WORD_BYTES_MAX 60

/* Stands for a space that is no place to fold at, until the field is folded. No octet of UTF-8 is
 * that. */
#define KEPT_SPACE '\xff'

gboolean
mime_write_is_clean (const char *text)
{
  if (!g_utf8_validate (text, -1, NULL))
    return FALSE;
  for (; *text != '\0'; text = g_utf8_next_char (text))
    {
      gunichar c = g_utf8_get_char (text);

      if ((g_unichar_iscntrl (c) && c != '\t') || c == 0x2028 || c == 0x2029)
        return FALSE;
    }
  return TRUE;
}

/* ftext = %d33-57 / %d59-126; a "-" would make the line look like a boundary. */
gboolean
mime_write_is_name (const char *name)
{
  gsize length = strlen (name);

  for (gsize i = 0; i < length; i++)
    if (name[i] <= 0x20 || name[i] >= 0x7f || name[i] == ':')
      return FALSE;
  return length > 0 && length <= NAME_CHARACTERS_MAX && name[0] != '-';
}

static gboolean G_GNUC_PRINTF (2, 3) refuse (char **out_problem, const char *format, ...)
{
  va_list arguments;

  if (out_problem != NULL)
    {
      va_start (arguments, format);
      *out_problem = g_strdup_vprintf (format, arguments);
      va_end (arguments);
    }
  return FALSE;
}

static gboolean
check_clean (const char *name, const char *text, char **out_problem)
{
  return mime_write_is_clean (text) ||
         refuse (out_problem, "%s is not one line of text without control characters.", name);
}

/* Appends the field, if no line of it is too long. */
static gboolean
append_folded (GString *out, const char *name, const char *value, char **out_problem)
{
  gsize from = out->len;

  imf_append_field (out, name, value);
  for (gsize line = from, i = from; i < out->len; i++)
    {
      if (out->str[i] == '\n')
        line = i + 1;
      else if (i - line > IMF_LINE_CHARACTERS_MAX)
        {
          g_string_truncate (out, from);
          return refuse (out_problem, "%s needs a line of more than %d characters.", name,
                         IMF_LINE_CHARACTERS_MAX);
        }
    }
  return TRUE;
}

static void
replace_bytes (char *text, gsize length, char old, char new)
{
  for (gsize i = 0; i < length; i++)
    if (text[i] == old)
      text[i] = new;
}

/* Whether a header of UTF-8, too, has to have it in encoded-words: one of its words is too long for
 * a line, or would be taken for one. */
static gboolean
needs_words (const char *text)
{
  gsize n_word = 0;

  if (strstr (text, "=?") != NULL)
    return TRUE;
  for (; *text != '\0'; text++)
    {
      if (*text == ' ' || *text == '\t')
        n_word = 0;
      else
        n_word += *text == '"' || *text == '\\' ? 2 : 1; /* as in a quoted-string */
      if (n_word > UTF8_WORD_BYTES_MAX)
        return TRUE;
    }
  return FALSE;
}

gboolean
mime_write_unstructured (
    GString *out, const char *name, const char *text, gboolean allows_utf8, char **out_problem)
{
  g_autofree char *value = g_strstrip (g_strdup (text));

  if (!check_clean (name, text, out_problem))
    return FALSE;
  if (!allows_utf8 || needs_words (value))
    {
      g_autofree char *words =
          mime_words_encode (value, MIME_WORDS_IN_TEXT, (guint) strlen (name) + 2);

      return append_folded (out, name, words, out_problem);
    }
  return append_folded (out, name, value, out_problem);
}

/* What the address fields of RFC 5322 section 3.6 may hold. */
typedef enum
{
  ONE_MAILBOX,
  MAILBOXES,
  ADDRESSES,
} AddressRule;

static const struct
{
  const char *name;
  AddressRule rule;
} address_fields[] = {
  { "From", MAILBOXES },        { "Sender", ONE_MAILBOX },   { "Reply-To", ADDRESSES },
  { "To", ADDRESSES },          { "Cc", ADDRESSES },         { "Bcc", ADDRESSES },
  { "Resent-From", MAILBOXES }, { "Resent-To", ADDRESSES },  { "Resent-Sender", ONE_MAILBOX },
  { "Resent-Cc", ADDRESSES },   { "Resent-Bcc", ADDRESSES },
};

/* Returns: the place in address_fields[], or G_N_ELEMENTS (address_fields). */
static guint
find_address_field (const char *name)
{
  guint i = 0;

  while (i < G_N_ELEMENTS (address_fields) &&
         g_ascii_strcasecmp (address_fields[i].name, name) != 0)
    i++;
  return i;
}

/* Returns: (transfer full) (nullable): the addr-spec as it has to be written, if it can be. */
static char *
format_addr_spec (const ImfMailbox *mailbox, gboolean allows_utf8)
{
  g_autofree char *domain = g_hostname_is_non_ascii (mailbox->domain)
                                ? g_hostname_to_ascii (mailbox->domain)
                                : g_strdup (mailbox->domain);
  ImfMailbox plain = { .local_part = mailbox->local_part, .domain = domain };
  g_autofree char *text = NULL;
  WireScan scan;

  if (domain == NULL || domain[0] == '\0' || !mime_write_is_clean (mailbox->local_part) ||
      strchr (mailbox->local_part, '\t') != NULL ||
      (!allows_utf8 && !g_str_is_ascii (mailbox->local_part)))
    return NULL;
  text = imf_mailbox_format_addr_spec (&plain);
  wire_scan_init (&scan, (const guint8 *) text, strlen (text), NULL);
  if (!imf_scan_addr_spec (&scan, NULL) || !wire_scan_at_end (&scan) || scan.flags != 0)
    return NULL;
  return g_steal_pointer (&text);
}

/* A name as a phrase. @column: characters of its line before it */
static char *
format_phrase (const char *name, gboolean allows_utf8, guint column)
{
  ImfMailbox named = { .display_name = (char *) name, .local_part = "", .domain = "" };
  g_autofree char *formatted = NULL;

  if (!allows_utf8 || needs_words (name))
    return mime_words_encode (name, MIME_WORDS_IN_PHRASE, column);
  formatted = imf_mailbox_format (&named);
  return g_strndup (formatted, strlen (formatted) - strlen (" <>"));
}

/* An encoded-word keeps its distance to specials (RFC 2047 section 5 (3)). */
static void
append_group_name (GString *value, const char *name, gboolean allows_utf8, guint column)
{
  g_autofree char *phrase = format_phrase (name, allows_utf8, column);

  g_string_append (value, phrase);
  g_string_append (value, g_str_has_suffix (phrase, "?=") ? " :" : ":");
}

static gboolean
append_mailbox (GString *value, const ImfMailbox *mailbox, gboolean allows_utf8, guint column)
{
  g_autofree char *spec = format_addr_spec (mailbox, allows_utf8);

  if (spec == NULL)
    return FALSE;
  replace_bytes (spec, strlen (spec), ' ', KEPT_SPACE); /* those of a quoted local part */
  if (mailbox->display_name != NULL && *mailbox->display_name != '\0')
    {
      g_autofree char *phrase = format_phrase (mailbox->display_name, allows_utf8, column);

      g_string_append_printf (value, "%s <%s>", phrase, spec);
    }
  else
    g_string_append (value, spec);
  return TRUE;
}

/* Whether @groups [@i] has members. */
static gboolean
is_empty_group (const ImfAddressList *list, guint i)
{
  for (guint j = 0; j < imf_address_list_get_n (list); j++)
    if (g_strcmp0 (imf_address_list_get (list, j)->group, g_ptr_array_index (list->groups, i)) == 0)
      return FALSE;
  return TRUE;
}

/* Writes the members of a group where they are; groups without any come last. Returns: FALSE
 * with @out_bad set to the mailbox that can't be written. */
static gboolean
format_list (GString *value,
             const ImfAddressList *list,
             gboolean allows_utf8,
             guint first_column,
             const ImfMailbox **out_bad)
{
  const char *group = NULL;

  for (guint i = 0; i < imf_address_list_get_n (list); i++)
    {
      const ImfMailbox *mailbox = imf_address_list_get (list, i);
      gboolean begins = mailbox->group != NULL && g_strcmp0 (mailbox->group, group) != 0;

      if (i > 0)
        g_string_append (value, group != NULL && (mailbox->group == NULL || begins) ? ";, " : ", ");
      if (begins)
        {
          append_group_name (value, mailbox->group, allows_utf8, i == 0 ? first_column : 1);
          g_string_append_c (value, ' ');
        }
      group = mailbox->group;
      if (!append_mailbox (value, mailbox, allows_utf8, i == 0 && !begins ? first_column : 1))
        {
          *out_bad = mailbox;
          return FALSE;
        }
    }
  if (group != NULL)
    g_string_append_c (value, ';');
  for (guint i = 0; i < list->groups->len; i++)
    if (is_empty_group (list, i))
      {
        guint column = value->len == 0 ? first_column : 1;

        if (value->len > 0)
          g_string_append (value, ", ");
        append_group_name (value, g_ptr_array_index (list->groups, i), allows_utf8, column);
        g_string_append_c (value, ';');
      }
  return TRUE;
}

static gboolean
check_rule (const char *name, const ImfAddressList *list, char **out_problem)
{
  guint i = find_address_field (name);
  AddressRule rule = i < G_N_ELEMENTS (address_fields) ? address_fields[i].rule : ADDRESSES;

  if (rule != ADDRESSES && list->groups->len > 0)
    return refuse (out_problem, "%s may not have a group.", name);
  if (rule == ONE_MAILBOX && imf_address_list_get_n (list) != 1)
    return refuse (out_problem, "%s has to be one address.", name);
  if (imf_address_list_get_n (list) == 0 && list->groups->len == 0)
    return refuse (out_problem, "%s has no address like ann@a.example.", name);
  return TRUE;
}

gboolean
mime_write_addresses (
    GString *out, const char *name, const char *addresses, gboolean allows_utf8, char **out_problem)
{
  g_autoptr (ImfAddressList) list = NULL;
  g_autoptr (GString) value = g_string_new (NULL);
  const ImfMailbox *bad = NULL;
  gsize from = out->len;

  if (!check_clean (name, addresses, out_problem))
    return FALSE;
  list = imf_address_list_parse_text (addresses);
  if (list == NULL)
    return refuse (out_problem, "%s is not written like ann@a.example, Bob <bob@b.example>.", name);
  if (!check_rule (name, list, out_problem))
    return FALSE;
  if (!format_list (value, list, allows_utf8, (guint) strlen (name) + 2, &bad))
    return refuse (out_problem, "%s has \"%s@%s\", which is not an address%s.", name,
                   bad->local_part, bad->domain,
                   g_str_is_ascii (bad->local_part) ? " like ann@a.example"
                                                    : " without UTF-8 in the header");
  if (!append_folded (out, name, value->str, out_problem))
    return FALSE;
  replace_bytes (out->str + from, out->len - from, KEPT_SPACE, ' ');
  return TRUE;
}

gboolean
mime_write_ids (
    GString *out, const char *name, const char *ids, gboolean allows_utf8, char **out_problem)
{
  g_autoptr (GString) value = g_string_new (NULL);
  gboolean is_list =
      g_ascii_strcasecmp (name, "In-Reply-To") == 0 || g_ascii_strcasecmp (name, "References") == 0;
  guint n_ids = 0;
  WireScan scan;

  if (!check_clean (name, ids, out_problem))
    return FALSE;
  if (!allows_utf8 && !g_str_is_ascii (ids))
    return refuse (out_problem, "%s has characters outside ASCII.", name);
  wire_scan_init (&scan, (const guint8 *) ids, strlen (ids), NULL);
  while (!wire_scan_at_end (&scan))
    {
      g_autoptr (GString) id = g_string_new (NULL);

      if (!imf_scan_msg_id (&scan, id) || scan.flags != 0)
        return refuse (out_problem, "%s is not of the form <id@a.example>.", name);
      g_string_append_printf (value, "%s<%s>", n_ids++ > 0 ? " " : "", id->str);
    }
  if (n_ids == 0 || (n_ids > 1 && !is_list))
    return refuse (out_problem, "%s has to be %s.", name,
                   is_list ? "one identifier or more" : "one identifier");
  return append_folded (out, name, value->str, out_problem);
}

/* Phrases with commas between: Keywords. */
static gboolean
write_phrases (GString *out, const char *name, const char *text, char **out_problem)
{
  g_autoptr (GString) value = g_string_new (NULL);
  g_auto (GStrv) phrases = g_strsplit (text, ",", -1);

  for (guint i = 0; phrases[i] != NULL; i++)
    {
      guint column = i == 0 ? (guint) strlen (name) + 2 : 1;
      g_autofree char *phrase = NULL;

      if (*g_strstrip (phrases[i]) == '\0')
        return refuse (out_problem, "%s has nothing between two commas.", name);
      phrase = mime_words_encode (phrases[i], MIME_WORDS_IN_PHRASE, column);
      /* An encoded-word keeps its distance to specials (RFC 2047 section 5 (3)). */
      if (i > 0)
        g_string_append (value, g_str_has_suffix (value->str, "?=") ? " , " : ", ");
      g_string_append (value, phrase);
    }
  return append_folded (out, name, value->str, out_problem);
}

static const char *
next_string (const char *text)
{
  return text + strlen (text) + 1;
}

/* Content-Type and Content-Disposition, each parameter as it has to be written. */
static gboolean
write_with_parameters (GString *out,
                       const char *name,
                       const char *text,
                       gboolean (*scan_value) (WireScan *scan, MimeValue *out),
                       gboolean is_type,
                       char **out_problem)
{
  g_autoptr (GString) strings = g_string_new (NULL);
  MimeValue value = { .text = strings };
  const char *at;
  WireScan scan;

  wire_scan_init (&scan, (const guint8 *) text, strlen (text), NULL);
  if (!scan_value (&scan, &value) || !wire_scan_at_end (&scan) ||
      scan.flags & (WIRE_SPAN_UNRECOGNISED | WIRE_SPAN_PARTIAL))
    return refuse (out_problem, "%s is not of the form %s.", name,
                   is_type ? "text/plain; charset=utf-8" : "attachment; filename=\"a.txt\"");
  at = strings->str;
  g_string_append_printf (out, "%s: %s", name, at);
  at = next_string (at);
  if (is_type)
    {
      g_string_append_printf (out, "/%s", *at != '\0' ? at : "plain");
      at = next_string (at);
    }
  for (guint i = 0; i < value.n_parameters; i++)
    {
      const char *parameter = at;

      at = next_string (at);
      if (*parameter != '\0')
        mime_write_parameter (out, parameter, at);
      at = next_string (at);
    }
  g_string_append (out, "\r\n");
  return TRUE;
}

static gboolean
write_structured (GString *out,
                  const char *name,
                  const char *value,
                  const ImfKind *kind,
                  gboolean allows_utf8,
                  char **out_problem)
{
  WireScan scan;

  wire_scan_init (&scan, (const guint8 *) value, strlen (value), NULL);
  if (!kind->scan_value (&scan) || !wire_scan_at_end (&scan) || scan.flags != 0)
    return refuse (out_problem, "%s can't have that value.", name);
  if (!allows_utf8 && !g_str_is_ascii (value))
    return refuse (out_problem, "%s can't have characters outside ASCII.", name);
  return append_folded (out, name, value, out_problem);
}

static gboolean
is_one_of (const char *name, const char *const *names)
{
  for (; *names != NULL; names++)
    if (g_ascii_strcasecmp (name, *names) == 0)
      return TRUE;
  return FALSE;
}

gboolean
mime_write_field (
    GString *out, const char *name, const char *value, gboolean allows_utf8, char **out_problem)
{
  static const char *const id_fields[] = { "Message-ID", "In-Reply-To", "References",
                                           "Resent-Message-ID", NULL };
  const ImfKind *kind = mime_kind_find ((const guint8 *) name, strlen (name));
  g_autofree char *stripped = g_strstrip (g_strdup (value));

  if (!mime_write_is_name (name))
    return refuse (out_problem, "\"%s\" can't be the name of a field.", name);
  if (!check_clean (name, value, out_problem))
    return FALSE;
  if (find_address_field (name) < G_N_ELEMENTS (address_fields))
    return mime_write_addresses (out, name, stripped, allows_utf8, out_problem);
  if (is_one_of (name, id_fields))
    return mime_write_ids (out, name, stripped, allows_utf8, out_problem);
  if (g_ascii_strcasecmp (name, "Content-Type") == 0)
    return write_with_parameters (out, name, stripped, mime_scan_content_type, TRUE, out_problem);
  if (g_ascii_strcasecmp (name, "Content-Disposition") == 0)
    return write_with_parameters (out, name, stripped, mime_scan_content_disposition, FALSE,
                                  out_problem);
  if (g_ascii_strcasecmp (name, "Keywords") == 0 && strpbrk (value, "\"()") == NULL)
    return write_phrases (out, name, stripped, out_problem);
  if (kind->scan_value == imf_scan_unstructured)
    return mime_write_unstructured (out, name, stripped, allows_utf8, out_problem);
  return write_structured (out, name, stripped, kind, allows_utf8, out_problem);
}
