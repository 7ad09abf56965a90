/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <imf/imf-trace.h>
#include <imf/imf-value.h>

#include <json-glib/json-glib.h>
#include <mime/mime-words.h>
#include <string.h>
#include <support/corpus.h>

/* Returns: (nullable): the array in the file; the test is skipped if it is not here. */
static JsonParser *
open_vectors (const char *name)
{
  g_autofree char *path = corpus_find (name);
  g_autoptr (JsonParser) parser = json_parser_new_immutable ();

  if (path == NULL)
    return NULL;
  g_assert_true (json_parser_load_from_file (parser, path, NULL));
  return g_steal_pointer (&parser);
}

/* Received: what the other parser tells of each clause, and what we tell. */

static const char *
get_string (JsonObject *object, const char *name)
{
  JsonNode *node = json_object_get_member (object, name);

  return node != NULL && JSON_NODE_HOLDS_VALUE (node) ? json_node_get_string (node) : NULL;
}

/* {"Name": "a"} or {"IpAddr": "192.0.2.1"}. Returns: (nullable): the text in it */
static const char *
get_host (JsonObject *object, const char *name)
{
  JsonNode   *node = json_object_get_member (object, name);
  JsonObject *host =
      node != NULL && JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
  const char *text = host != NULL ? get_string (host, "Name") : NULL;

  return text != NULL || host == NULL ? text : get_string (host, "IpAddr");
}

/* Returns: (transfer full) (nullable): a clause without the brackets of an address literal. */
static char *
dup_host (const char *clause)
{
  gsize length = clause != NULL ? strlen (clause) : 0;

  if (length < 2 || clause[0] != '[' || clause[length - 1] != ']')
    return g_strdup (clause);
  if (g_ascii_strncasecmp (clause, "[IPv6:", 6) == 0)
    return g_strndup (clause + 6, length - 7);
  return g_strndup (clause + 1, length - 2);
}

static const char *const months[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                      "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };

static int
get_int (JsonObject *object, const char *name)
{
  return (int) json_object_get_int_member (object, name);
}

/* Returns: (transfer full) (nullable): the moment and its zone; the words if there is no such. */
static char *
dup_expected_date (JsonObject *expected)
{
  JsonNode        *node = json_object_get_member (expected, "date");
  JsonObject      *date;
  g_autofree char *text = NULL;
  ImfDate          read;

  if (node == NULL || !JSON_NODE_HOLDS_OBJECT (node))
    return NULL;
  date = json_node_get_object (node);
  text = g_strdup_printf ("%d %s %d %02d:%02d:%02d %c%02d%02d", get_int (date, "day"),
                          months[(get_int (date, "month") + 11) % 12], get_int (date, "year"),
                          get_int (date, "hour"), get_int (date, "minute"),
                          get_int (date, "second"),
                          json_object_get_boolean_member (date, "tz_before_gmt") ? '-' : '+',
                          get_int (date, "tz_hour"), get_int (date, "tz_minute"));
  if (!imf_date_parse (text, strlen (text), &read))
    return g_steal_pointer (&text);
  read.zone_is_unknown = FALSE; /* they don't tell -0000 from +0000 */
  return imf_date_format (&read);
}

static char *
dup_date (const ImfReceivedClauses *clauses)
{
  ImfDate date = clauses->date;

  date.zone_is_unknown = FALSE;
  return clauses->has_date ? imf_date_format (&date) : NULL;
}

/* Where we and the other parser differ, and why: "vector clause", and what is right. */
static const struct
{
  const char *differences;
  const char *reason;
} justified[] = {
  { "0 with,18 with,19 with,20 with,21 with,22 with,23 with,24 with,26 with,27 with,31 with,"
    "32 with,33 with,71 with,95 with,98 with,113 with,121 with,147 with,149 with,156 with",
    "they look for a protocol they know inside of the text; With is followed by an Atom (RFC "
    "5321 section 4.4), which we tell as it stands" },
  { "25 with,29 with,94 with,123 with,133 with,136 with,148 with,157 with,167 with,170 with,"
    "175 with,176 with,177 with",
    "they leave out protocols that they don't know; a protocol is any Atom (RFC 5321 section "
    "4.4)" },
  { "28 id,29 id,30 id", "they cut an Atom, which may have slashes (RFC 5322 section 3.2.3)" },
  { "125 from", "they cut an atom that has a slash (RFC 5322 section 3.2.3)" },
  { "117 by,118 by", "the comma is part of what stands there, though no domain has one" },
  { "13 date,117 date,118 date,151 date",
    "the date is in the order of ctime(), which they take for another day" },
  { "89 date,90 date", "a year of two digits below 50 is after 2000 (RFC 5322 section 4.3)" },
  { "67 date,163 date", "PST is -0800 and PDT is -0700 (RFC 5322 section 4.3)" },
  { "119 date,138 date,144 date",
    "two zones, an underscore, parts of a second: no date-time (RFC 5322 section 3.3)" },
  { "128 date,128 for", "nothing may follow the date (RFC 5322 section 3.6.7), not even a clause" },
  { "123 by", "of two By clauses we keep the first" },
  { "129", "a parenthesis without its partner (RFC 5322 section 3.2.2)" },
  { "151 from", "what is in the square brackets is no address, but it is what stands there" },
  { "153 for", "a local part alone, whose domain the host left out, is told as it stands" },
  { "161 from,162 from,163 from,165 from,171 from",
    "they read what is in a comment, which is no clause (RFC 5322 section 3.2.2)" },
};

typedef struct
{
  GHashTable *expected; /* the differences of the table that were not met yet */
  guint       n_same;
  guint       n_justified;
} Tally;

static void
compare (Tally *tally, guint i, const char *what, const char *ours, const char *theirs)
{
  g_autofree char *key = what != NULL ? g_strdup_printf ("%u %s", i, what)
                                      : g_strdup_printf ("%u", i);

  if (g_strcmp0 (ours, theirs) == 0 ||
      (ours != NULL && theirs != NULL && g_ascii_strcasecmp (ours, theirs) == 0))
    {
      tally->n_same++;
      return;
    }
  if (g_hash_table_remove (tally->expected, key))
    {
      tally->n_justified++;
      return;
    }
  g_test_message ("%s: we say \"%s\", they say \"%s\"", key, ours != NULL ? ours : "(none)",
                  theirs != NULL ? theirs : "(none)");
  g_test_fail ();
}

static void
compare_received (Tally *tally, guint i, JsonObject *vector)
{
  const char *value = json_object_get_string_member (vector, "header");
  JsonObject *expected = json_object_get_object_member (vector, "expected");
  gsize       length = strlen (value);
  g_autofree guint8 *copy = NULL;
  g_autoptr (ImfReceivedClauses) clauses = NULL;
  g_autofree char *from = NULL, *by = NULL, *date = NULL, *expected_date = NULL;

  while (length > 0 && (value[length - 1] == '\n' || value[length - 1] == '\r'))
    length--;
  copy = g_memdup2 (value, length);
  clauses = imf_received_parse (copy, length);
  if (clauses == NULL)
    {
      compare (tally, i, NULL, NULL, value);
      return;
    }
  from = dup_host (clauses->from);
  by = dup_host (clauses->by);
  date = dup_date (clauses);
  expected_date = dup_expected_date (expected);
  compare (tally, i, "from", from, get_host (expected, "from"));
  compare (tally, i, "by", by, get_host (expected, "by"));
  compare (tally, i, "via", clauses->via, get_string (expected, "via"));
  compare (tally, i, "with", clauses->with, get_string (expected, "with"));
  compare (tally, i, "id", clauses->id, get_string (expected, "id"));
  compare (tally, i, "for", clauses->for_path, get_string (expected, "for_"));
  compare (tally, i, "date", date, expected_date);
}

static void
expect_differences (Tally *tally)
{
  tally->expected = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (justified); i++)
    {
      g_auto (GStrv) keys = g_strsplit (justified[i].differences, ",", -1);

      for (char **key = keys; *key != NULL; key++)
        g_assert_true (g_hash_table_add (tally->expected, g_strdup (*key)));
    }
}

static void
test_received (void)
{
  g_autoptr (JsonParser) parser = open_vectors ("vectors/mail-parser-received.json");
  JsonArray     *vectors;
  Tally          tally = { 0 };
  GHashTableIter iter;
  gpointer       key;

  if (parser == NULL)
    return;
  expect_differences (&tally);
  vectors = json_node_get_array (json_parser_get_root (parser));
  for (guint i = 0; i < json_array_get_length (vectors); i++)
    compare_received (&tally, i, json_array_get_object_element (vectors, i));
  g_test_message ("%u values are the same, %u differ and should", tally.n_same, tally.n_justified);
  g_hash_table_iter_init (&iter, tally.expected);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    {
      g_test_message ("%s no longer differs", (const char *) key);
      g_test_fail ();
    }
  g_clear_pointer (&tally.expected, g_hash_table_unref);
}

/* What a value of Received tells: "from|by|via|with|id|for|date", or NULL if it is none. */
static const struct
{
  const char *value;
  const char *clauses;
} received_cases[] = {
  { "from a.example ([192.0.2.1]) by b.example via c with ESMTP id <d@e> for <f@g.example>;\r\n"
    " Tue, 24 Nov 2026 08:00:00 +0000",
    "a.example|b.example|c|ESMTP|d@e|f@g.example|Tue, 24 Nov 2026 08:00:00 +0000" },
  { "FROM [192.0.2.1] BY b.example", "[192.0.2.1]|b.example|-|-|-|-|-" },
  { "from ([192.0.2.1]) by b.example; never", "-|b.example|-|-|-|-|-" },
  { "from by by from; Tue Nov 24 08:00:00 2026",
    "by|from|-|-|-|-|Tue, 24 Nov 2026 08:00:00 -0000" },
  { "by a; Tue Nov 24 08:00:00 PST 2026", "-|a|-|-|-|-|Tue, 24 Nov 2026 08:00:00 -0800" },
  { "by a; Tue Nov 24 08:00:00 2026 +0100 (x)", "-|a|-|-|-|-|Tue, 24 Nov 2026 08:00:00 +0100" },
  { "by a; Tue Nov 24 2026", "-|a|-|-|-|-|-" },
  { "by a by b for <>", "-|a|-|-|-||-" },
  { "by \"a b\" id (c) d e", "-|\"a b\"|-|-|d|-|-" },
  { "(x", NULL },
  { "", "-|-|-|-|-|-|-" },
};

static char *
describe_clauses (const ImfReceivedClauses *clauses)
{
  const char *values[] = { clauses->from, clauses->by, clauses->via,
                           clauses->with, clauses->id, clauses->for_path };
  GString    *text = g_string_new (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (values); i++)
    g_string_append_printf (text, "%s|", values[i] != NULL ? values[i] : "-");
  if (clauses->has_date)
    {
      g_autofree char *date = imf_date_format (&clauses->date);

      g_string_append (text, date);
    }
  else
    g_string_append_c (text, '-');
  return g_string_free (text, FALSE);
}

static void
test_clauses (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (received_cases); i++)
    {
      gsize              length = strlen (received_cases[i].value);
      g_autofree guint8 *copy = g_memdup2 (received_cases[i].value, length);
      g_autoptr (ImfReceivedClauses) clauses = imf_received_parse (copy, length);
      g_autofree char *text = clauses != NULL ? describe_clauses (clauses) : NULL;

      g_assert_cmpstr (text, ==, received_cases[i].clauses);
    }
}

/* Runs of white space become one space: words of a phrase are apart, no matter by how much. */
static void
squeeze (char *text)
{
  char *out = text;

  for (const char *p = text; *p != '\0'; p++)
    if (*p != ' ' || out == text || out[-1] != ' ')
      *out++ = *p;
  *out = '\0';
}

/* What we say instead of what the other parser says, and why. */
static const struct
{
  const char *theirs, *ours, *reason;
} justified_phrases[] = {
  { "this is some text", "=?iso-8859-1?q?this is some text?=",
    "there is no white space in an encoded-word (RFC 2047 section 2)" },
};

static const char *
justify_phrase (const char *theirs)
{
  for (guint i = 0; i < G_N_ELEMENTS (justified_phrases); i++)
    if (g_str_equal (justified_phrases[i].theirs, theirs))
      return justified_phrases[i].ours;
  return theirs;
}

/* Lists: the phrases of Keywords, encoded-words undone */
static void
compare_list (JsonObject *vector)
{
  const char *value = json_object_get_string_member (vector, "header");
  JsonArray  *expected = json_object_get_array_member (vector, "expected");
  gsize       length = strlen (value);
  g_autofree guint8 *copy = NULL;
  g_autoptr (WireSpans) spans = wire_spans_new ();
  g_autoptr (MimeCharsets) charsets = mime_charsets_new ();
  WireScan scan;
  guint    n_phrases = 0;

  while (length > 0 && (value[length - 1] == '\n' || value[length - 1] == '\r'))
    length--;
  copy = g_memdup2 (value, length);
  wire_scan_init (&scan, copy, length, spans);
  g_assert_true (imf_value_phrase_list (&scan));
  for (guint j = 0; j < wire_spans_get_n (spans); j++)
    {
      const WireSpan  *span = wire_spans_get (spans, j);
      g_autofree char *text = NULL;

      if (!g_str_equal (span->element->name, "keyword_phrase"))
        continue;
      text = mime_words_decode (charsets, copy + span->offset, span->length);
      g_assert_cmpuint (n_phrases, <, json_array_get_length (expected));
      squeeze (text);
      g_assert_cmpstr (text, ==,
                       justify_phrase (json_array_get_string_element (expected, n_phrases)));
      n_phrases++;
    }
  g_assert_cmpuint (n_phrases, ==, json_array_get_length (expected));
}

static void
test_list (void)
{
  g_autoptr (JsonParser) parser = open_vectors ("vectors/mail-parser-list.json");
  JsonArray *vectors;

  if (parser == NULL)
    return;
  vectors = json_node_get_array (json_parser_get_root (parser));
  for (guint i = 0; i < json_array_get_length (vectors); i++)
    compare_list (json_array_get_object_element (vectors, i));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/imf-vectors/clauses", test_clauses);
  g_test_add_func ("/imf-vectors/received", test_received);
  g_test_add_func ("/imf-vectors/list", test_list);
  return g_test_run ();
}
