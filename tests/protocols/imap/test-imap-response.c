/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <imap/imap-grammar.h>

#include <string.h>

#include "imap-response-cases.h"

static void
append_value (GString *out, const ImapValue *value)
{
  switch (value->kind)
    {
    case IMAP_VALUE_NIL:
      g_string_append (out, "~");
      break;
    case IMAP_VALUE_ATOM:
      g_string_append (out, value->text);
      break;
    case IMAP_VALUE_STRING:
      g_string_append_printf (out, value->is_literal ? "{%s}" : "'%s'", value->text);
      g_assert_cmpuint (value->length, ==, strlen (value->text));
      break;
    default:
      g_string_append_c (out, '(');
      for (guint i = 0; i < imap_value_get_n (value); i++)
        {
          if (i > 0)
            g_string_append_c (out, ' ');
          append_value (out, imap_value_get (value, i));
        }
      g_string_append_c (out, ')');
    }
}

static void
append_values (GString *out, const GPtrArray *values)
{
  for (guint i = 0; values != NULL && i < values->len; i++)
    {
      g_string_append_c (out, ' ');
      append_value (out, g_ptr_array_index (values, i));
    }
}

/* "A1 OK [CODE values] text", "+ text", "* 12 FETCH values" */
static char *
describe (const ImapResponse *response)
{
  GString *out = g_string_new (response->kind == IMAP_RESPONSE_CONTINUE ? "+"
                               : response->tag != NULL                  ? response->tag
                                                                        : "*");

  if (response->kind == IMAP_RESPONSE_DATA)
    {
      if (response->has_number)
        g_string_append_printf (out, " %" G_GUINT64_FORMAT, response->number);
      g_string_append_printf (out, " %s", response->name);
      append_values (out, response->values);
      return g_string_free (out, FALSE);
    }
  if (response->kind == IMAP_RESPONSE_STATUS)
    g_string_append_printf (out, " %s", imap_condition_get_name (response->condition));
  if (response->code != NULL)
    {
      g_string_append_printf (out, " [%s", response->code);
      append_values (out, response->code_values);
      g_string_append_c (out, ']');
    }
  g_string_append_printf (out, " %s", response->text);
  return g_string_free (out, FALSE);
}

static gboolean
read_response (const char *text, gsize length, ImapResponse *out_response)
{
  g_autofree guint8 *exact = g_memdup2 (text, length);
  WireScan scan;

  wire_scan_init (&scan, exact, length, NULL);
  return imap_scan_response (&scan, out_response);
}

static void
test_values (gconstpointer data)
{
  const ImapResponseCase *c = data;
  ImapResponse            response = { 0 };
  g_autofree char        *words = NULL;

  if (read_response (c->response, strlen (c->response), &response))
    words = describe (&response);
  g_assert_cmpstr (words, ==, c->values);
  imap_response_clear (&response);
}

/* A broken response leaves nothing behind, and one response can be read over another. */
static void
test_beginnings (void)
{
  ImapResponse response = { 0 };

  for (guint i = 0; imap_response_cases[i].name != NULL; i++)
    for (gsize n = 0; n < strlen (imap_response_cases[i].response); n++)
      if (!read_response (imap_response_cases[i].response, n, &response))
        {
          g_assert_null (response.values);
          g_assert_null (response.code_values);
          g_assert_null (response.text);
        }
  imap_response_clear (&response);
}

static void
test_find (void)
{
  const char *text = "* 5 FETCH (UID 7 BODY[HEADER.FIELDS (\"Date\" From)]<0> {1}\r\nx "
                     "FLAGS (\\Seen $a \\* \\Odd x) RFC822.SIZE 99999999999999999999)\r\n";
  ImapResponse response = { 0 };
  ImapFlags    flags = { 0 };
  guint64      number = 5;

  g_assert_true (read_response (text, strlen (text), &response));
  g_assert_true (imap_value_get_number (imap_response_find (&response, "uid"), &number));
  g_assert_cmpuint (number, ==, 7);
  g_assert_cmpstr (imap_value_get_text (imap_response_find (
                       &response, "body[header.fields (date \"FROM\")]<0>")),
                   ==, "x");
  g_assert_null (imap_response_find (&response, "BODY[HEADER.FIELDS (DATE)]<0>"));
  g_assert_null (imap_response_find (&response, "7"));
  g_assert_false (imap_value_get_number (imap_response_find (&response, "RFC822.SIZE"), &number));
  imap_value_read_flags (imap_response_find (&response, "FLAGS"), &flags);
  g_assert_cmpuint (flags.system, ==, IMAP_FLAG_SEEN);
  g_assert_true (flags.has_star);
  g_assert_cmpuint (flags.keywords->len, ==, 2);
  imap_flags_clear (&flags);
  imap_response_clear (&response);

  text = "* STATUS \"a (b)\" (MESSAGES 3)\r\n";
  g_assert_true (read_response (text, strlen (text), &response));
  g_assert_true (imap_value_get_number (imap_response_find (&response, "MESSAGES"), &number));
  g_assert_cmpuint (number, ==, 3);
  imap_response_clear (&response);
  g_assert_null (imap_response_find (&response, "MESSAGES"));
}

static void
test_no_values (void)
{
  guint64 number = 5;

  g_assert_null (imap_value_get (NULL, 0));
  g_assert_cmpuint (imap_value_get_n (NULL), ==, 0);
  g_assert_null (imap_value_get_text (NULL));
  g_assert_false (imap_value_is (NULL, "NIL"));
  g_assert_false (imap_value_get_number (NULL, &number));
  g_assert_cmpuint (number, ==, 5);
  imap_value_free (NULL);
}

static void
test_binary (void)
{
  static const char text[] = "* 5 FETCH (BINARY[1] ~{3}\r\na\0b)\r\n";
  ImapResponse      response = { 0 };
  const ImapValue  *value;

  g_assert_true (read_response (text, sizeof text - 1, &response));
  value = imap_response_find (&response, "BINARY[1]");
  g_assert_cmpmem (value->text, value->length, "a\0b", 3);
  g_assert_true (value->is_literal);
  imap_response_clear (&response);
}

/* Parentheses within parentheses: read as deep as their kind may be, and not one deeper. */
static void
test_depth (void)
{
  static const struct { const char *begin, *middle, *end; guint depth_max; } kinds[] = {
    { "* X ", "a", "", IMAP_LIST_DEPTH_MAX },
    { "* 1 FETCH (BODY ", "\"a\" \"b\"", ")", 135 },
    { "* THREAD ", "1", "", 136 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    for (guint depth = 1; depth < 200000; depth = depth < 300 ? depth + 1 : depth * 6)
      {
        g_autofree char *open = g_strnfill (depth, '(');
        g_autofree char *close = g_strnfill (depth, ')');
        g_autofree char *text = g_strconcat (kinds[i].begin, open, kinds[i].middle, close,
                                             kinds[i].end, "\r\n", NULL);
        g_autofree char *unclosed = g_strconcat (kinds[i].begin, open, "\r\n", NULL);
        ImapResponse response = { 0 };

        g_assert_true (read_response (text, strlen (text), &response) ==
                       (depth <= kinds[i].depth_max));
        imap_response_clear (&response);
        g_assert_false (read_response (unclosed, strlen (unclosed), &response));
      }
}

/* As deep as MIME goes: messages in messages in multiparts. */
static void
test_deep_messages (void)
{
  g_autoptr (GString) text = g_string_new ("* 1 FETCH (BODYSTRUCTURE ");
  ImapResponse response = { 0 };

  for (guint i = 0; i < 64; i++)
    g_string_append (text, "((\"MESSAGE\" \"RFC822\" NIL NIL NIL \"7BIT\" 5 "
                           "(NIL NIL ((NIL NIL \"a\" \"b\")) NIL NIL NIL NIL NIL NIL NIL) ");
  g_string_append (text, "(\"TEXT\" \"PLAIN\" (\"CHARSET\" \"x\") NIL NIL \"7BIT\" 5 1 NIL "
                         "(\"inline\" (\"a\" \"b\")) NIL NIL)");
  for (guint i = 0; i < 64; i++)
    g_string_append (text, " 7 NIL NIL NIL NIL) \"MIXED\" (\"BOUNDARY\" \"b\") NIL NIL NIL)");
  g_string_append (text, ")\r\n");
  g_assert_true (read_response (text->str, text->len, &response));
  imap_response_clear (&response);
}

static void
test_large (void)
{
  const gsize size = 1 << 20;
  g_autoptr (GString) text = g_string_new ("* 1 FETCH (BODY[] {1048576}\r\n");
  ImapResponse     response = { 0 };
  const ImapValue *value;

  for (gsize i = 0; i < size; i++)
    g_string_append_c (text, (char) (1 + i % 255));
  g_string_append (text, " UID 5)\r\n");
  g_assert_true (read_response (text->str, text->len, &response));
  value = imap_response_find (&response, "BODY[]");
  g_assert_cmpmem (value->text, value->length, text->str + 29, size);
  imap_response_clear (&response);
  g_assert_false (read_response (text->str, text->len - 8, &response));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; imap_response_cases[i].name != NULL; i++)
    {
      g_autofree char *path = g_strdup_printf ("/imap/response/%s", imap_response_cases[i].name);

      g_test_add_data_func (path, &imap_response_cases[i], test_values);
    }
  g_test_add_func ("/imap/response/beginnings", test_beginnings);
  g_test_add_func ("/imap/response/find", test_find);
  g_test_add_func ("/imap/response/no-values", test_no_values);
  g_test_add_func ("/imap/response/binary", test_binary);
  g_test_add_func ("/imap/response/depth", test_depth);
  g_test_add_func ("/imap/response/deep-messages", test_deep_messages);
  g_test_add_func ("/imap/response/large", test_large);
  return g_test_run ();
}
