/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <imf/imf-fields.h>
#include <mime/mime-parameter.h>
#include <mime/mime-value.h>
#include <mime/mime-words.h>

#include <json-glib/json-glib.h>
#include <string.h>
#include <support/corpus.h>

/* Where ours differs from what the vectors say, and why the RFC is on our side or silent. */
typedef struct
{
  guint       index;
  const char *ours;
  const char *reason;
} Difference;

static const Difference type_differences[] = {
  { 31, "application/pdf; filename=\303\221and\303\272iso-8859-1' r\303\241pidoiso-8859-1' "
        "(versi\303\263n '99 \"oficial\").pdf",
    "RFC 2231 section 4.1: only the first piece has a charset" },
  { 34, "image/jpeg; name=\303\241\303\251\303\255.jpeg",
    "RFC 2047 section 6.2: white space between encoded-words is not shown" },
  { 47, "", "RFC 2045 section 5.1: a type is a token" },
  { 48, "name", "RFC 2045 section 5.1: a token ends at the equals sign" },
  { 49, "text/plain; name=", "the parameter is there, with nothing in it" },
  { 54, "", "RFC 2045 section 5.1: a token is ASCII" },
  { 55, "inva/lid; name=", "no closing quote: white space at the end of the field is no value" },
  { 56, "inva/lid; name=", "no closing quote: white space at the end of the field is no value" },
  { 58, "name", "RFC 2045 section 5.1: a token ends at the equals sign" },
  { 59, "test/encoded; key4=foo; key*9999=ba%; key2=a; key3=xyz; key=f",
    "the JSON reader ends a text at its NUL; RFC 2231 section 3: no piece 9999 without 1 to 9998" },
  { 61,
    "malicious/attempt; 3**=b; 4***=c; *5**6*=d; *****7*8*=e; 9*10*11*12*13*14=f; 15*x***fff*===g",
    "RFC 2231 section 7: other stars in a name mean nothing; pieces begin with 0" },
  { 76, "text/plain", "RFC 2045 section 5.1: a subtype is a token" },
  { 77, "text/plain; charset=us-ascii", "RFC 2045 section 5.1: a subtype is a token" },
  { 78, "text/plain; charset=us-ascii", "RFC 2045 section 5.1: a subtype is a token" },
  { 98, "", "RFC 5322 section 2.2: CR stands only before LF" },
  { 99, "", "RFC 5322 section 2.2: CR stands only before LF" },
  { 100, "", "RFC 5322 section 2.2: CR stands only before LF" },
};

#define UNFOLDING "RFC 5322 section 2.2.3: unfolding takes away the line ends only"
#define SPACE_INSIDE "RFC 2047 section 2: no white space inside of an encoded-word"

static const Difference text_differences[] = {
  { 2, "Fwd: \tSaying  Hello", UNFOLDING },
  { 3, "FWD:  Saying Hello", UNFOLDING },
  { 4,
    "from x.y.test      by example.net      via TCP      with ESMTP      id ABC12345      for "
    "<mary@example.net>;  21 Nov 1997 10:05:43 -0600",
    UNFOLDING },
  { 5, "=?iso-8859-1?q?this is some text?=", SPACE_INSIDE },
  { 19, "let's = try =?iso-8859-1? to break =? the  parser", UNFOLDING },
  { 21, "[SUSPECTED SPAM]This is the original subject", "nothing is there to make a space of" },
  { 22, "Some text here", "nothing is there to make a second space of" },
  { 24, "=?utf-8?Q?Hello _there!?=", SPACE_INSIDE },
  { 25, "=?utf-8?Q?Hello _there!?=", SPACE_INSIDE },
  { 26, "=?utf-8?Q?Hello   \t  _there!?=", SPACE_INSIDE },
  { 27, "[SUSPECTED SPAM]=?utf-8?B?VGhpcyBpcyB0aGUgb 3JpZ2luYWwgc3ViamVjdA==?=", SPACE_INSIDE },
  { 28, "[SUSPECTED SPAM]=?utf-8?B?VGhpcyBpcyB0aGUgb 3JpZ2luYWwgc3ViamVjdA==?=", SPACE_INSIDE },
};

/* Returns: (transfer full): the vectors of @file, or NULL: then the test is skipped */
static JsonParser *
open_vectors (const char *file)
{
  g_autofree char *path = corpus_find (file);
  g_autoptr (JsonParser) parser = json_parser_new_immutable ();

  if (path == NULL)
    return NULL;
  g_assert_true (json_parser_load_from_file (parser, path, NULL));
  return g_steal_pointer (&parser);
}

/* Returns: (transfer full): the value of the first field of "X:" and @text, as an exact copy. */
static guint8 *
dup_value (const char *text, gsize *out_length)
{
  g_autofree char *message = g_strconcat ("X:", text, NULL);
  g_autoptr (ImfHeader) header = imf_header_new ((const guint8 *) message, strlen (message));
  const ImfField *field = imf_header_get (header, 0);

  *out_length = field->value_length;
  return g_memdup2 (header->data + field->value_offset, field->value_length);
}

/* Appends "; name=value" for each parameter by the name it has without RFC 2231's additions. */
static void
append_parameters (GString *out, const GArray *parameters, MimeCharsets *charsets)
{
  const MimeParameter *all = (const MimeParameter *) (gpointer) parameters->data;
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint i = 0; i < parameters->len; i++)
    {
      MimeParameterName parsed;
      g_autofree char  *name = NULL;
      g_autofree char  *value = NULL;

      mime_parameter_name_parse (all[i].name, &parsed);
      name = g_strndup (all[i].name, parsed.base_length);
      value = mime_parameters_dup (all, parameters->len, name, charsets);
      if (value != NULL && g_hash_table_add (seen, g_strdup (name)))
        g_string_append_printf (out, "; %s=%s", name, value);
    }
}

/* Returns: (transfer full): the content type as we read it, "" where we can't */
static char *
tell_type (const char *text, MimeCharsets *charsets)
{
  gsize              length;
  g_autofree guint8 *value = dup_value (text, &length);
  g_autoptr (GString) strings = g_string_new (NULL);
  g_autoptr (GArray) parameters = g_array_new (FALSE, FALSE, sizeof (MimeParameter));
  MimeValue   read = { strings, 0 };
  GString    *out = g_string_new (NULL);
  const char *at;
  WireScan    scan;

  wire_scan_init (&scan, value, length, NULL);
  if (!mime_scan_content_type (&scan, &read))
    return g_string_free (out, FALSE);
  at = strings->str;
  g_string_append (out, at);
  at += strlen (at) + 1;
  if (at[0] != '\0')
    g_string_append_printf (out, "/%s", at);
  at += strlen (at) + 1;
  for (guint i = 0; i < read.n_parameters; i++)
    {
      MimeParameter parameter = { at, at + strlen (at) + 1 };

      g_array_append_val (parameters, parameter);
      at = parameter.value + strlen (parameter.value) + 1;
    }
  append_parameters (out, parameters, charsets);
  return g_string_free (out, FALSE);
}

/* The same of what the vector expects; languages, which we don't tell, left out. */
static char *
tell_expected_type (JsonObject *expected)
{
  GString    *out = g_string_new (NULL);
  const char *subtype;
  JsonArray  *attributes = NULL;

  if (expected == NULL)
    return g_string_free (out, FALSE);
  g_string_append (out, json_object_get_string_member (expected, "c_type"));
  subtype = json_object_get_string_member_with_default (expected, "c_subtype", NULL);
  if (subtype != NULL)
    g_string_append_printf (out, "/%s", subtype);
  if (json_object_has_member (expected, "attributes") &&
      !json_object_get_null_member (expected, "attributes"))
    attributes = json_object_get_array_member (expected, "attributes");
  for (guint i = 0; attributes != NULL && i < json_array_get_length (attributes); i++)
    {
      JsonArray  *pair = json_array_get_array_element (attributes, i);
      const char *name = json_array_get_string_element (pair, 0);

      if (!g_str_has_suffix (name, "-language"))
        g_string_append_printf (out, "; %s=%s", name, json_array_get_string_element (pair, 1));
    }
  return g_string_free (out, FALSE);
}

/* Returns: whether @ours is as expected, or differs as the table says. */
static gboolean
check (guint index, const char *ours, const char *expected, const Difference *differences, guint n)
{
  for (guint i = 0; i < n; i++)
    if (differences[i].index == index)
      return strcmp (ours, differences[i].ours) == 0 && strcmp (ours, expected) != 0;
  return strcmp (ours, expected) == 0;
}

static void
test_content_types (void)
{
  g_autoptr (JsonParser) parser = open_vectors ("vectors/mail-parser-content_type.json");
  g_autoptr (MimeCharsets) charsets = mime_charsets_new ();
  JsonArray *vectors;

  if (parser == NULL)
    return;
  vectors = json_node_get_array (json_parser_get_root (parser));
  g_assert_cmpuint (json_array_get_length (vectors), ==, 103);
  for (guint i = 0; i < json_array_get_length (vectors); i++)
    {
      JsonObject      *vector = json_array_get_object_element (vectors, i);
      const char      *text = json_object_get_string_member (vector, "header");
      g_autofree char *ours = tell_type (text, charsets);
      g_autofree char *expected = tell_expected_type (
          json_object_get_null_member (vector, "expected")
              ? NULL
              : json_object_get_object_member (vector, "expected"));

      if (!check (i, ours, expected, type_differences, G_N_ELEMENTS (type_differences)))
        {
          g_test_message ("%u: %s: ours \"%s\", expected \"%s\"", i, text, ours, expected);
          g_test_fail ();
        }
    }
}

/* Without the white space around it. */
static char *
tell_text (const char *text, MimeCharsets *charsets)
{
  gsize              length;
  g_autofree guint8 *value = dup_value (text, &length);

  return g_strstrip (mime_words_decode (charsets, value, length));
}

static void
test_texts (void)
{
  g_autoptr (JsonParser) parser = open_vectors ("vectors/mail-parser-unstructured.json");
  g_autoptr (MimeCharsets) charsets = mime_charsets_new ();
  JsonArray *vectors;

  if (parser == NULL)
    return;
  vectors = json_node_get_array (json_parser_get_root (parser));
  g_assert_cmpuint (json_array_get_length (vectors), ==, 30);
  for (guint i = 0; i < json_array_get_length (vectors); i++)
    {
      JsonObject      *vector = json_array_get_object_element (vectors, i);
      const char      *text = json_object_get_string_member (vector, "header");
      g_autofree char *ours = tell_text (text, charsets);
      const char      *expected = json_object_get_string_member (vector, "expected");

      if (!check (i, ours, expected, text_differences, G_N_ELEMENTS (text_differences)))
        {
          g_test_message ("%u: %s: ours \"%s\", expected \"%s\"", i, text, ours, expected);
          g_test_fail ();
        }
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/mime/vectors/content-types", test_content_types);
  g_test_add_func ("/mime/vectors/texts", test_texts);
  return g_test_run ();
}
