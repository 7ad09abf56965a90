/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <mime/mime-tree.h>

#include <string.h>

typedef struct
{
  const char *name;
  const char *message; /* "|" stands for the line end under test */
  const char *outline; /* a line for each part: number, type, count of fields, body, flags */
} Case;

#define MIXED "Content-Type: multipart/mixed; boundary=b||"

static const Case cases[] = {
  { "empty", "", "1 text/plain 0>''" },
  { "plain", "Subject: a||b|c|", "1 text/plain 1>'b|c|'" },
  { "body-alone", "no header|", "1 text/plain 0>'no header|'" },
  { "body-after-empty-line", "|b|", "1 text/plain 0>'b|'" },
  { "header-alone", "Subject: a|", "1 text/plain 1>''" },
  { "type", "Content-Type: Text/HTML; charset=UTF-8||b", "1 text/html 1>'b'" },
  { "type-unreadable", "Content-Type: ?||b", "1 text/plain 1>'b' unreadable" },
  { "type-without-subtype", "Content-Type: image||b", "1 text/plain 1>'b' unreadable" },
  { "first-type-counts", "Content-Type: a/b|Content-Type: c/d||", "1 a/b 2>''" },

  { "one-part", MIXED "--b||x|--b--|", "- multipart/mixed 1>'--b||x|--b--|'\n 1 text/plain 0>'x'" },
  { "two-parts", MIXED "pre|--b|A: 1||x|--b|B: 2||y||--b--|epi|",
    "- multipart/mixed 1>'pre|--b|A: 1||x|--b|B: 2||y||--b--|epi|'\n 1 text/plain 1>'x'\n"
    " 2 text/plain 1>'y|'" },
  { "empty-part", MIXED "--b||--b--", "- multipart/mixed 1>'--b||--b--'\n 1 text/plain 0>''" },
  { "part-of-nothing", MIXED "--b|--b|--b--",
    "- multipart/mixed 1>'--b|--b|--b--'\n 1 text/plain 0>''\n 2 text/plain 0>''" },
  { "header-runs-into-boundary", MIXED "--b|A: 1|--b--",
    "- multipart/mixed 1>'--b|A: 1|--b--'\n 1 text/plain 1>''" },
  { "header-runs-into-own-boundary",
    "Content-Type: multipart/mixed; boundary=b|A: 1|--b|B: 2||x|--b--",
    "- multipart/mixed 2>'--b|B: 2||x|--b--'\n 1 text/plain 1>'x'" },
  { "padding", MIXED "--b \t||x|--b-- |",
    "- multipart/mixed 1>'--b \t||x|--b-- |'\n 1 text/plain 0>'x'" },
  { "only-the-beginning-counts", MIXED "--bc||x|--b--",
    "- multipart/mixed 1>'--bc||x|--b--'\n 1 text/plain 0>'x'" },
  { "not-at-line-start", MIXED "--b||x --b|--b--",
    "- multipart/mixed 1>'--b||x --b|--b--'\n 1 text/plain 0>'x --b'" },
  { "unclosed", MIXED "--b||x|", "- multipart/mixed 1>'--b||x|' unclosed\n 1 text/plain 0>'x|'" },
  { "unseen", MIXED "x|", "- multipart/mixed 1>'x|' unclosed unseen" },
  { "closed-at-once", MIXED "--b--|x", "- multipart/mixed 1>'--b--|x' unseen" },
  { "no-boundary", "Content-Type: multipart/mixed||--b||x",
    "1 multipart/mixed 1>'--b||x' no-boundary" },
  { "quoted-boundary", "Content-Type: multipart/mixed; boundary=\"b c\"||--b c||x|--b c--",
    "- multipart/mixed 1>'--b c||x|--b c--'\n 1 text/plain 0>'x'" },
  { "no-body", MIXED, "- multipart/mixed 1>'' unclosed unseen" },

  { "nested",
    MIXED "--b|Content-Type: multipart/alternative; boundary=c||--c||x|--c||y|--c--||--b||z|--b--",
    "- multipart/mixed 1>'--b|Content-Type: multipart/alternative; boundary=c||--c||x|--c||y|--c--|"
    "|--b||z|--b--'\n 1 multipart/alternative 1>'--c||x|--c||y|--c--|'\n  1.1 text/plain 0>'x'\n"
    "  1.2 text/plain 0>'y'\n 2 text/plain 0>'z'" },
  { "inner-unclosed", MIXED "--b|Content-Type: multipart/mixed; boundary=c||--c||x|--b--",
    "- multipart/mixed 1>'--b|Content-Type: multipart/mixed; boundary=c||--c||x|--b--'\n"
    " 1 multipart/mixed 1>'--c||x' unclosed\n  1.1 text/plain 0>'x'" },
  { "longest-boundary",
    MIXED "--b|Content-Type: multipart/mixed; boundary=bb||--bb||x|--bb--|--b--",
    "- multipart/mixed 1>'--b|Content-Type: multipart/mixed; boundary=bb||--bb||x|--bb--|--b--'\n"
    " 1 multipart/mixed 1>'--bb||x|--bb--'\n  1.1 text/plain 0>'x'" },
  { "same-boundary-inside",
    MIXED "--b|Content-Type: multipart/mixed; boundary=b||--b||x|--b--|--b||y|--b--",
    "- multipart/mixed 1>'--b|Content-Type: multipart/mixed; "
    "boundary=b||--b||x|--b--|--b||y|--b--'\n"
    " 1 multipart/mixed 1>'--b||x|--b--'\n  1.1 text/plain 0>'x'\n 2 text/plain 0>'y'" },

  { "message", "Content-Type: message/rfc822||Subject: a||x",
    "1 message/rfc822 1>'Subject: a||x'\n 1.1 text/plain 1>'x'" },
  { "message-of-parts",
    MIXED
    "--b|Content-Type: message/rfc822||Content-Type: multipart/mixed; boundary=c||--c||x|--c--|"
    "--b--",
    "- multipart/mixed 1>'--b|Content-Type: message/rfc822||Content-Type: multipart/mixed; "
    "boundary=c"
    "||--c||x|--c--|--b--'\n 1 message/rfc822 1>'Content-Type: multipart/mixed; boundary=c||--c||x|"
    "--c--'\n  - multipart/mixed 1>'--c||x|--c--'\n   1.1 text/plain 0>'x'" },
  { "message-encoded", "Content-Type: message/rfc822|Content-Transfer-Encoding: base64||QQ==",
    "1 message/rfc822 2>'QQ==' encoded" },
  { "multipart-encoded", "Content-Transfer-Encoding: base64|" MIXED "--b||x|--b--",
    "- multipart/mixed 2>'--b||x|--b--' encoded\n 1 text/plain 0>'x'" },
  { "digest", "Content-Type: multipart/digest; boundary=b||--b||Subject: a||x|--b--",
    "- multipart/digest 1>'--b||Subject: a||x|--b--'\n 1 message/rfc822 0>'Subject: a||x'\n"
    "  1.1 text/plain 1>'x'" },
  { "message-without-body", MIXED "--b|Content-Type: message/rfc822|--b--",
    "- multipart/mixed 1>'--b|Content-Type: message/rfc822|--b--'\n 1 message/rfc822 1>''" },
};

static const char *const flag_names[] = {
  "unclosed", "no-boundary", "unseen", "depth", "parts", "encoded", "unreadable",
};

/* Returns: (transfer full): @message with each "|" made @line_end */
static char *
with_line_ends (const char *message, const char *line_end)
{
  g_auto (GStrv) lines = g_strsplit (message, "|", -1);

  return g_strjoinv (line_end, lines);
}

static void
append_part (GString *out, const MimeTree *tree, guint i, const char *line_end)
{
  const MimePart *part = mime_tree_get_part (tree, i);
  g_autofree char *number = mime_tree_dup_number (tree, i);
  g_autofree char *body = g_strndup (
      (const char *) mime_tree_get_data (tree, NULL) + part->body_offset, part->body_length);
  g_auto (GStrv) lines = g_strsplit (body, line_end, -1);
  g_autofree char *text = g_strjoinv ("|", lines);

  g_string_append_printf (out, "%s%*s%s %s/%s %u>'%s'", i > 0 ? "\n" : "", (int) part->depth, "",
                          number[0] != '\0' ? number : "-", part->type, part->subtype,
                          part->n_fields, text);
  for (guint flag = 0; flag < G_N_ELEMENTS (flag_names); flag++)
    if (part->flags & (1u << flag))
      g_string_append_printf (out, " %s", flag_names[flag]);
}

static void
check_case (const Case *test, const char *line_end)
{
  g_autofree char *message = with_line_ends (test->message, line_end);
  gsize length = strlen (message);
  g_autofree guint8 *data = g_memdup2 (message, length);
  g_autoptr (MimeTree) tree = mime_tree_new (data, length);
  g_autoptr (GString) outline = g_string_new (NULL);

  for (guint i = 0; i < mime_tree_get_n_parts (tree); i++)
    append_part (outline, tree, i, line_end);
  g_assert_cmpstr (outline->str, ==, test->outline);
}

static void
test_outline (gconstpointer data)
{
  check_case (data, "\r\n");
  check_case (data, "\n");
}

/* The tree's promises: parts in order, inside their parents, siblings apart. */
static void
check_tree (const MimeTree *tree)
{
  gsize length;

  mime_tree_get_data (tree, &length);
  for (guint i = 0; i < mime_tree_get_n_parts (tree); i++)
    {
      const MimePart *part = mime_tree_get_part (tree, i);

      g_assert_cmpuint (part->header_offset + part->header_length, <=, part->body_offset);
      g_assert_cmpuint (part->body_offset + part->body_length, <=, length);
      g_assert_cmpuint (part->next, >, i);
      if (part->parent != MIME_NO_PART)
        {
          const MimePart *parent = mime_tree_get_part (tree, part->parent);

          g_assert_cmpuint (part->parent, <, i);
          g_assert_cmpuint (part->depth, ==, parent->depth + 1);
          g_assert_cmpuint (part->next, <=, parent->next);
          g_assert_cmpuint (part->header_offset, >=, parent->body_offset);
          g_assert_cmpuint (part->body_offset + part->body_length, <=,
                            parent->body_offset + parent->body_length);
        }
    }
}

static void
test_depth (void)
{
  g_autoptr (GString) message = g_string_new (NULL);
  g_autoptr (MimeTree) tree = NULL;
  guint n_parts;

  for (guint i = 0; i < 10000; i++)
    g_string_append_printf (message, "Content-Type: multipart/mixed; boundary=b%05u\n\n--b%05u\n",
                            i, i);
  tree = mime_tree_new ((const guint8 *) message->str, message->len);
  check_tree (tree);
  n_parts = mime_tree_get_n_parts (tree);
  g_assert_cmpuint (n_parts, ==, MIME_DEPTH_MAX + 1);
  g_assert_cmpuint (mime_tree_get_part (tree, n_parts - 1)->flags, ==, MIME_PART_DEPTH_LIMIT);
  g_assert_cmpint (mime_tree_get_part (tree, n_parts - 1)->kind, ==, MIME_PART_LEAF);
}

static void
test_parts (void)
{
  g_autoptr (GString) message = g_string_new ("Content-Type: multipart/mixed; boundary=b\n\n");
  g_autoptr (MimeTree) tree = NULL;

  for (guint i = 0; i < 100000; i++)
    g_string_append (message, "--b\n\nx\n");
  g_string_append (message, "--b--\n");
  tree = mime_tree_new ((const guint8 *) message->str, message->len);
  check_tree (tree);
  g_assert_cmpuint (mime_tree_get_n_parts (tree), ==, MIME_PARTS_MAX);
  g_assert_cmpuint (mime_tree_get_part (tree, 0)->flags, ==, MIME_PART_PARTS_LIMIT);
}

static void
test_content (void)
{
  static const char message[] = "Content-Type: text/plain; charset=iso-8859-1\r\n"
                                "Content-Transfer-Encoding: quoted-printable\r\n\r\n"
                                "Gr=FC=\r\n\337e\r\n";
  g_autoptr (MimeTree) tree = mime_tree_new ((const guint8 *) message, sizeof message - 1);
  g_autoptr (MimeCharsets) charsets = mime_charsets_new ();
  const MimePart *part = mime_tree_get_part (tree, 0);
  g_autoptr (GBytes) content = mime_tree_dup_content (tree, part);
  g_autoptr (GBytes) expected = g_bytes_new_static ("Gr\374\337e\r\n", 7);
  MimeDecoding decoding;
  gsize length;
  g_autofree char *text = mime_tree_dup_text (tree, part, charsets, &length, &decoding);

  g_assert_true (g_bytes_equal (content, expected));
  g_assert_cmpstr (text, ==, "Gr\303\274\303\237e\r\n");
  g_assert_cmpuint (length, ==, strlen (text));
  g_assert_cmpuint (decoding.n_bytes, ==, 7);
  g_assert_cmpuint (decoding.conversion.n_invalid, ==, 0);
  g_assert_cmpuint (mime_tree_count_lines (tree, part), ==, 2);
}

typedef struct
{
  const char *name;
  const char *parameters;
  const char *value; /* of "name" */
} ParameterCase;

static const ParameterCase parameter_cases[] = {
  { "none", "", NULL },
  { "token", "; name=a.txt", "a.txt" },
  { "quoted", "; name=\"a \\\"b\\\".txt\"", "a \"b\".txt" },
  { "case", "; NAME=a", "a" },
  { "comment", "; (x) name (y) = (z) a (w)", "a" },
  { "unquoted-space", "; name=a b.txt; x=y", "a b.txt" },
  { "missing-semicolon", "; x=y name=a", "a" },
  { "first-counts", "; name=a; name=b", "a" },
  { "unclosed", "; name=\"a b", "a b" },
  { "empty", "; name=", "" },
  { "extended", "; name*=us-ascii'en-us'This%20is%20%2A%2A%2Afun%2A%2A%2A", "This is ***fun***" },
  { "extended-latin1", "; name*=iso-8859-1''%e4", "\303\244" },
  { "extended-no-charset", "; name*=''%C3%A4", "\303\244" },
  { "continued", "; name*0=\"a b\"; name*1=\" c\"", "a b c" },
  { "continued-out-of-order", "; name*1=c; name*0=a", "ac" },
  { "continued-gap", "; name*0=a; name*2=c", "a" },
  { "continued-without-first", "; name*1=a; name=b", "b" },
  { "continued-extended",
    "; name*0*=us-ascii'en'This%20is%20even%20more%20; name*1*=%2A%2A%2Afun%2A%2A%2A%20; "
    "name*2=\"isn't it!\"",
    "This is even more ***fun*** isn't it!" },
  { "extended-before-plain", "; name=plain; name*=utf-8''%E2%82%AC", "\342\202\254" },
  { "bad-percent", "; name*=utf-8''a%zz", "a%zz" },
  { "leading-zero-is-no-section", "; name*00=a; name=b", "b" },
  { "encoded-word", "; name=\"=?utf-8?q?=C3=A4?=\"", "\303\244" },
  { "nul-inside", "; name*=utf-8''a%00b", "a b" },
};

static void
test_parameter (gconstpointer data)
{
  const ParameterCase *test = data;
  g_autofree char *message = g_strdup_printf ("Content-Type: a/b%s\r\n\r\n", test->parameters);
  g_autoptr (MimeTree) tree = mime_tree_new ((const guint8 *) message, strlen (message));
  g_autoptr (MimeCharsets) charsets = mime_charsets_new ();
  const MimePart *part = mime_tree_get_part (tree, 0);
  g_autofree char *value = mime_tree_dup_parameter (tree, part, "name", charsets);

  g_assert_cmpstr (part->type, ==, "a");
  g_assert_cmpstr (part->subtype, ==, "b");
  g_assert_cmpstr (value, ==, test->value);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strdup_printf ("/mime/tree/%s", cases[i].name);

      g_test_add_data_func (path, &cases[i], test_outline);
    }
  for (guint i = 0; i < G_N_ELEMENTS (parameter_cases); i++)
    {
      g_autofree char *path = g_strdup_printf ("/mime/tree/parameter/%s", parameter_cases[i].name);

      g_test_add_data_func (path, &parameter_cases[i], test_parameter);
    }
  g_test_add_func ("/mime/tree/depth", test_depth);
  g_test_add_func ("/mime/tree/parts", test_parts);
  g_test_add_func ("/mime/tree/content", test_content);
  return g_test_run ();
}
