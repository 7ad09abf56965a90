/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mime-html.h"

#include <string.h>

/* Empty lines in a row that are kept. */
#define EMPTY_LINES_MAX 1

typedef struct
{
  GString *out;
  gboolean wants_space; /* white space was read, and a word may follow */
  guint n_breaks;       /* line ends at the end of @out */
} Text;

static void
break_line (Text *self, guint n_wanted)
{
  while (self->out->len > 0 && self->n_breaks < n_wanted)
    {
      g_string_append_c (self->out, '\n');
      self->n_breaks++;
    }
  self->wants_space = FALSE;
}

static void
append_character (Text *self, gunichar c)
{
  if (self->wants_space && self->n_breaks == 0 && self->out->len > 0)
    g_string_append_c (self->out, ' ');
  g_string_append_unichar (self->out, c);
  self->wants_space = FALSE;
  self->n_breaks = 0;
}

static const struct
{
  const char *name;
  gunichar character;
} entities[] = {
  { "amp", '&' },      { "lt", '<' },       { "gt", '>' },       { "quot", '"' },
  { "apos", '\'' },    { "nbsp", ' ' },     { "copy", 0xa9 },    { "reg", 0xae },
  { "ndash", 0x2013 }, { "mdash", 0x2014 }, { "lsquo", 0x2018 }, { "rsquo", 0x2019 },
  { "ldquo", 0x201c }, { "rdquo", 0x201d }, { "bull", 0x2022 },  { "hellip", 0x2026 },
  { "euro", 0x20ac },  { "auml", 0xe4 },    { "ouml", 0xf6 },    { "uuml", 0xfc },
  { "Auml", 0xc4 },    { "Ouml", 0xd6 },    { "Uuml", 0xdc },    { "szlig", 0xdf },
  { "eacute", 0xe9 },  { "egrave", 0xe8 },  { "agrave", 0xe0 },  { "ccedil", 0xe7 },
};

static gboolean
is_character (guint64 c)
{
  return c < 0x110000 && g_unichar_validate ((gunichar) c) && !g_unichar_iscntrl ((gunichar) c);
}

/* Reads a character reference after its "&". Returns: its length, or 0 if it is none. */
static gsize
read_reference (const char *at, gunichar *out_character)
{
  gsize n = strspn (at, "#0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");

  if (at[n] != ';' || n == 0 || n > 10)
    return 0;
  if (at[0] == '#')
    {
      gboolean is_hex = at[1] == 'x' || at[1] == 'X';
      guint64 value = g_ascii_strtoull (at + (is_hex ? 2 : 1), NULL, is_hex ? 16 : 10);

      *out_character = is_character (value) ? (gunichar) value : ' ';
      return n + 1;
    }
  for (guint i = 0; i < G_N_ELEMENTS (entities); i++)
    if (strlen (entities[i].name) == n && strncmp (entities[i].name, at, n) == 0)
      {
        *out_character = entities[i].character;
        return n + 1;
      }
  return 0;
}

static gboolean
is_named (const char *tag, gsize length, const char *const *names)
{
  for (; *names != NULL; names++)
    if (strlen (*names) == length && g_ascii_strncasecmp (*names, tag, length) == 0)
      return TRUE;
  return FALSE;
}

/* Returns: where the end tag NAME begins, or the end of the text. */
static const char *
find_end_tag (const char *at, const char *name, gsize length)
{
  while (*at != '\0' &&
         !(at[0] == '<' && at[1] == '/' && g_ascii_strncasecmp (at + 2, name, length) == 0))
    at++;
  return at;
}

/* Passes over a tag or comment, which begins at @at with "<". */
static const char *
read_tag (Text *self, const char *at)
{
  static const char *const breaks[] = { "br", "div", "tr", "li", "dt", "dd", "title", "hr", NULL };
  static const char *const blocks[] = { "p",  "h1", "h2",    "h3",         "h4",  "h5", "h6",
                                        "ul", "ol", "table", "blockquote", "pre", "dl", NULL };
  static const char *const hidden[] = { "script", "style", "head", NULL };
  gboolean is_end = at[1] == '/';
  const char *name = at + (is_end ? 2 : 1);
  gsize length = strspn (name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ123456");
  const char *end;

  if (strncmp (at, "<!--", 4) == 0)
    {
      end = strstr (at + 4, "-->");
      return end != NULL ? end + 3 : at + strlen (at);
    }
  if (is_named (name, length, breaks))
    break_line (self, g_ascii_strncasecmp (name, "br", 2) == 0 ? self->n_breaks + 1 : 1);
  else if (is_named (name, length, blocks))
    break_line (self, 1 + EMPTY_LINES_MAX);
  end = strchr (name, '>');
  if (end == NULL)
    return at + strlen (at);
  return !is_end && is_named (name, length, hidden) ? find_end_tag (end, name, length) : end + 1;
}

char *
mime_html_to_text (const char *html)
{
  Text self = { g_string_new (NULL), FALSE, 0 };
  gunichar c = 0;

  while (*html != '\0')
    {
      gsize n_reference;

      if (*html == '<' && (g_ascii_isalpha (html[1]) || html[1] == '/' || html[1] == '!'))
        {
          html = read_tag (&self, html);
          continue;
        }
      n_reference = *html == '&' ? read_reference (html + 1, &c) : 0;
      if (n_reference == 0)
        c = g_utf8_get_char (html);
      if (c == ' ' || c == '\t' || c == '\n' || c == '\r')
        self.wants_space = TRUE;
      else
        append_character (&self, c);
      html = n_reference > 0 ? html + 1 + n_reference : g_utf8_next_char (html);
    }
  break_line (&self, 1);
  if (self.n_breaks > 1)
    g_string_truncate (self.out, self.out->len - (self.n_breaks - 1));
  return g_string_free (self.out, FALSE);
}
