/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <imf/imf-address.h>
#include <imf/imf-date.h>
#include <imf/imf-fields.h>
#include <imf/imf-value.h>

#include <json-glib/json-glib.h>
#include <mime/mime-words.h>
#include <string.h>
#include <support/corpus.h>

/* Values of fields and what mail-parser (Stalwart Labs) makes of them, held against what is made
 * of them here. Where the two differ, the RFC decides, and the difference is a row below. */
typedef struct
{
  guint       vector; /* which of the file, from 0 */
  const char *ours;   /* as describe_...() tells it; NULL: not matched */
  const char *reason;
} Difference;

#define NO_COMMENT "A comment is no part of the name (RFC 5322 section 3.2.2)"
#define NO_URI "RFC 2369 section 2: URIs, not addresses; the fields of lists are read by imf-list.c"
#define NO_SPACE "CFWS around dots is no part of the address (RFC 5322 section 4.4)"

static const Difference address_differences[] = {
  { 8, ":Pete<pete@silly.test>;", NO_COMMENT },
  { 9, NULL,
    "The backslash quotes the line end (RFC 5322 section 4.1, obs-qp), so the parenthesis after it "
    "ends the comment, and the next has none before it" },
  { 10,
    "A Group:Chris Jones<c@public.example>;A Group:<joe@example.org>;A Group:John<jdoe@one.test>;",
    NO_COMMENT },
  { 11, "", "A comment is no member of a group, either (RFC 5322 section 3.4, group-list)" },
  { 13, ":Mary Smith<mary@example.net>;:<jdoe@test.example>;",
    "A route is to be ignored (RFC 5322 section 4.4). " NO_SPACE },
  { 14, ":John Doe<jdoe@machine.example>;", NO_COMMENT ". " NO_SPACE },
  { 22, ":Nathaniel Borenstein<nsb@thumper.bellcore.com>;", NO_COMMENT },
  { 37, NULL, NO_URI },
  { 38, NULL, NO_URI },
  { 39, NULL, NO_URI },
  { 40, NULL, NO_URI },
  { 41, NULL, NO_URI },
  { 43, NULL, NO_URI },
  { 44, NULL, NO_URI },
  { 45, NULL, NO_URI },
  { 46, NULL, NO_URI },
  { 47, NULL, NO_URI },
  { 55, NULL, "A name stands before its address (RFC 5322 section 3.4)" },
  { 56, ":Name Doe<a@b.com>;", NO_COMMENT },
};

static const Difference date_differences[] = {
  { 10, NULL, "A month has a name (RFC 5322 section 3.3)" },
  { 12, NULL, "A date has colons and the name of a month (RFC 5322 section 3.3)" },
  { 28, NULL, "This is the value of Received, not a date; imf_scan_received() finds the date" },
  { 30, NULL, "No zone has digits in its name (RFC 5322 section 4.3)" },
};

static const Difference id_differences[] = {
  { 6, "1234@local.machine.example;",
    "CFWS is no part of what is compared (RFC 5322 section 4.5.4)" },
  { 10, "", "A word among identifiers is a phrase and no identifier (RFC 5322 section 4.5.4)" },
};

/* The value of a field that goes on with @text, as far as the field goes. */
static char *
dup_value (const char *text, gsize *out_length)
{
  g_autofree char *message = g_strconcat ("X:", text, NULL);
  g_autoptr (ImfHeader) header = imf_header_new ((const guint8 *) message, strlen (message));
  const ImfField *field = imf_header_get (header, 0);

  *out_length = field->value_length;
  return g_memdup2 (message + field->value_offset, field->value_length);
}

static void
append_mailbox (GString *out, const char *group, const char *name, const char *address)
{
  g_string_append_printf (out, "%s:%s<%s>;", group != NULL ? group : "", name != NULL ? name : "",
                          address != NULL ? address : "");
}

static char *
describe_addresses (const char *text)
{
  g_autoptr (MimeCharsets) charsets = mime_charsets_new ();
  g_autoptr (ImfAddressList) list = NULL;
  g_autofree char *value = NULL;
  GString         *out;
  gsize            length;

  value = dup_value (text, &length);
  list = imf_address_list_parse ((const guint8 *) value, length);
  if (list == NULL)
    return NULL;
  out = g_string_new (NULL);
  for (guint i = 0; i < imf_address_list_get_n (list); i++)
    {
      const ImfMailbox *mailbox = imf_address_list_get (list, i);
      const char *raw = mailbox->display_name != NULL ? mailbox->display_name : mailbox->comment;
      g_autofree char *group = NULL;
      g_autofree char *name = NULL;
      g_autofree char *address = g_strconcat (mailbox->local_part,
                                              mailbox->domain[0] != '\0' ? "@" : "",
                                              mailbox->domain, NULL);

      if (mailbox->group != NULL)
        group = mime_words_decode_text (charsets, mailbox->group);
      if (raw != NULL)
        name = mime_words_decode_text (charsets, raw);
      append_mailbox (out, group, name, address);
    }
  return g_string_free (out, FALSE);
}

/* Returns: (nullable): the string, or NULL for null. */
static const char *
get_string (JsonObject *object, const char *member)
{
  JsonNode *node = json_object_get_member (object, member);

  return JSON_NODE_HOLDS_VALUE (node) ? json_node_get_string (node) : NULL;
}

static void
append_expected_list (GString *out, const char *group, JsonArray *list)
{
  for (guint i = 0; i < json_array_get_length (list); i++)
    {
      JsonObject *mailbox = json_array_get_object_element (list, i);

      append_mailbox (out, group, get_string (mailbox, "name"), get_string (mailbox, "address"));
    }
}

static char *
describe_expected_addresses (JsonNode *expected)
{
  JsonObject *object = json_node_get_object (expected);
  GString    *out = g_string_new (NULL);
  JsonArray  *groups;

  if (json_object_has_member (object, "List"))
    {
      append_expected_list (out, NULL, json_object_get_array_member (object, "List"));
      return g_string_free (out, FALSE);
    }
  groups = json_object_get_array_member (object, "Group");
  for (guint i = 0; i < json_array_get_length (groups); i++)
    {
      JsonObject *group = json_array_get_object_element (groups, i);

      append_expected_list (out, get_string (group, "name"),
                            json_object_get_array_member (group, "addresses"));
    }
  return g_string_free (out, FALSE);
}

/* They don't tell -0000 from +0000. */
static char *
describe_date (const char *text)
{
  g_autofree char *value = NULL;
  ImfDate          date;
  gsize            length;

  value = dup_value (text, &length);
  if (!imf_date_parse (value, length, &date))
    return NULL;
  date.zone_is_unknown = FALSE;
  return imf_date_format (&date);
}

static int
get_int (JsonObject *object, const char *member)
{
  return (int) json_object_get_int_member (object, member);
}

static char *
describe_expected_date (JsonNode *expected)
{
  JsonObject *date;
  int         zone_minutes;
  ImfDate     told = { 0 };
  g_autoptr (GDateTime) time = NULL;

  if (JSON_NODE_HOLDS_NULL (expected))
    return NULL;
  date = json_node_get_object (expected);
  zone_minutes = get_int (date, "tz_hour") * 60 + get_int (date, "tz_minute");
  time = g_date_time_new_utc (get_int (date, "year"), get_int (date, "month"),
                              get_int (date, "day"), get_int (date, "hour"),
                              get_int (date, "minute"), get_int (date, "second"));
  told.zone_minutes =
      json_object_get_boolean_member (date, "tz_before_gmt") ? -zone_minutes : zone_minutes;
  told.time_us =
      (g_date_time_to_unix (time) - told.zone_minutes * 60) * (gint64) G_USEC_PER_SEC;
  return imf_date_format (&told);
}

/* What is between the brackets of each identifier, or is one without. */
static char *
describe_ids (const char *text)
{
  g_autoptr (WireSpans) spans = wire_spans_new ();
  g_autofree char *value = NULL;
  GString         *out;
  gsize            length;
  WireScan         scan;

  value = dup_value (text, &length);
  wire_scan_init (&scan, (const guint8 *) value, length, spans);
  if (!imf_value_msg_ids (&scan) || !wire_scan_at_end (&scan))
    {
      wire_spans_truncate (spans, 0, 0);
      wire_scan_init (&scan, (const guint8 *) value, length, spans);
      if (!imf_value_msg_id (&scan) || !wire_scan_at_end (&scan))
        return NULL;
    }
  out = g_string_new (NULL);
  for (guint i = 0; i < wire_spans_get_n (spans); i++)
    {
      const WireSpan *span = wire_spans_get (spans, i);
      g_autoptr (GString) id = g_string_new (NULL);
      WireScan inner;

      if (!g_str_equal (span->element->name, "msg_id"))
        continue;
      wire_scan_init (&inner, (const guint8 *) value + span->offset, span->length, NULL);
      if (!imf_scan_msg_id (&inner, id))
        g_string_append_len (id, value + span->offset, span->length);
      g_string_append_printf (out, "%s;", id->str);
    }
  return g_string_free (out, FALSE);
}

static char *
describe_expected_ids (JsonNode *expected)
{
  JsonArray *ids;
  GString   *out;

  if (JSON_NODE_HOLDS_NULL (expected))
    return NULL;
  ids = json_node_get_array (expected);
  out = g_string_new (NULL);
  for (guint i = 0; i < json_array_get_length (ids); i++)
    g_string_append_printf (out, "%s;", json_array_get_string_element (ids, i));
  return g_string_free (out, FALSE);
}

typedef struct
{
  const char *name;
  const char *file;
  char *(*describe) (const char *text);
  char *(*describe_expected) (JsonNode *expected);
  const Difference *differences;
  guint             n_differences;
} Case;

static const Case cases[] = {
  { "addresses", "mail-parser-address.json", describe_addresses, describe_expected_addresses,
    address_differences, G_N_ELEMENTS (address_differences) },
  { "dates", "mail-parser-date.json", describe_date, describe_expected_date, date_differences,
    G_N_ELEMENTS (date_differences) },
  { "ids", "mail-parser-id.json", describe_ids, describe_expected_ids, id_differences,
    G_N_ELEMENTS (id_differences) },
};

static const Difference *
find_difference (const Case *test, guint vector)
{
  for (guint i = 0; i < test->n_differences; i++)
    if (test->differences[i].vector == vector)
      return &test->differences[i];
  return NULL;
}

static void
check_vector (const Case *test, guint i, JsonObject *vector)
{
  const Difference *difference = find_difference (test, i);
  const char       *text = json_object_get_string_member (vector, "header");
  g_autofree char *theirs = test->describe_expected (json_object_get_member (vector, "expected"));
  g_autofree char *ours = test->describe (text);
  const char      *wanted = difference != NULL ? difference->ours : theirs;
  gboolean         is_needless = difference != NULL && g_strcmp0 (difference->ours, theirs) == 0;

  if (g_strcmp0 (ours, wanted) == 0 && !is_needless)
    return;
  g_test_message ("vector %u: %s\nours:   %s\nwanted: %s", i, text, ours, wanted);
  g_test_fail ();
}

static void
test_vectors (gconstpointer data)
{
  const Case      *test = data;
  g_autofree char *name = g_build_filename ("vectors", test->file, NULL);
  g_autofree char *path = corpus_find (name);
  g_autoptr (JsonParser) parser = json_parser_new_immutable ();
  JsonArray *vectors;

  if (path == NULL)
    return;
  g_assert_true (json_parser_load_from_file (parser, path, NULL));
  vectors = json_node_get_array (json_parser_get_root (parser));
  g_assert_cmpuint (json_array_get_length (vectors), >, 10);
  for (guint i = 0; i < json_array_get_length (vectors); i++)
    check_vector (test, i, json_array_get_object_element (vectors, i));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strconcat ("/imf-parser-vectors/", cases[i].name, NULL);

      g_test_add_data_func (path, &cases[i], test_vectors);
    }
  return g_test_run ();
}
