/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <mime/mime-downgrade.h>
#include <mime/mime-tree.h>

#include <string.h>
#include <support/corpus.h>

#define MIXED "Content-Type: multipart/mixed; boundary=b\r\n"
#define OE "\xc3\xb6"

typedef struct
{
  const char *name;
  const char *message;
  const char *result; /* (nullable): NULL when refused */
} Case;

static const Case cases[] = {
  { "nothing-to-do", "A: b\r\n\r\nx\r\n", "A: b\r\n\r\nx\r\n" },
  { "nothing-at-all", "", "" },
  { "text", "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n"
            "Content-Transfer-Encoding: 8bit\r\nA: b\r\n\r\nGr" OE "n\r\nx\r\n",
    "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n"
    "Content-Transfer-Encoding: quoted-printable\r\nA: b\r\n\r\nGr=C3=B6n\r\nx\r\n" },
  { "lf", "Content-Transfer-Encoding: 8bit\nMIME-Version: 1.0\n\nGr" OE "n\nx\n",
    "Content-Transfer-Encoding: quoted-printable\nMIME-Version: 1.0\n\nGr=C3=B6n\nx\n" },
  { "encoding-unsaid", "MIME-Version: 1.0\r\nContent-Type: text/plain\r\n\r\n" OE "\r\n",
    "MIME-Version: 1.0\r\nContent-Type: text/plain\r\n"
    "Content-Transfer-Encoding: quoted-printable\r\n\r\n=C3=B6\r\n" },
  { "no-mime", "A: b\r\n\r\nx" OE "\r\n",
    "A: b\r\nMIME-Version: 1.0\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
    "x=C3=B6\r\n" },
  { "no-header", "\r\nx" OE "\r\n",
    "MIME-Version: 1.0\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\nx=C3=B6\r\n" },
  { "no-empty-line", "A: b\r\nx" OE "\r\n", NULL },
  { "base64-where-it-is-shorter", "A: b\r\n\r\n" OE OE OE OE OE OE "\r\n",
    "A: b\r\nMIME-Version: 1.0\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    "w7bDtsO2w7bDtsO2DQo=\r\n" },
  { "said-but-not-so", "Content-Transfer-Encoding: 8BIT\r\n\r\nx\r\n",
    "Content-Transfer-Encoding: 7bit\r\n\r\nx\r\n" },
  { "said-twice",
    "Content-Transfer-Encoding: 8bit\r\nA: b\r\ncontent-transfer-encoding: binary\r\n\r\nxyz" OE
    "\r\n",
    "Content-Transfer-Encoding: quoted-printable\r\nA: b\r\n\r\nxyz=C3=B6\r\n" },
  { "encoded-and-8bit",
    "Content-Transfer-Encoding: quoted-printable\r\n\r\nx=3D" OE "=\r\ny\r\n",
    "Content-Transfer-Encoding: quoted-printable\r\n\r\nx=3D=C3=B6y\r\n" },
  { "bare-lf-is-content", "MIME-Version: 1.0\r\n\r\nabcd\ne\r\n",
    "MIME-Version: 1.0\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\nabcd=0Ae=0D=0A" },
  { "unknown-encoding", "Content-Transfer-Encoding: x-own\r\n\r\n" OE "\r\n", NULL },
  { "8bit-header", "Subject: " OE "\r\n\r\nx\r\n", NULL },
  { "multipart",
    MIXED "MIME-Version: 1.0\r\nContent-Transfer-Encoding: 8bit\r\n\r\npre\r\n--b\r\n\r\nGr" OE
          "n\r\n--b\r\nContent-Type: application/x\r\nContent-Transfer-Encoding: binary\r\n\r\n"
          "\x80\x81\x82\x83\x84\r\n--b\r\nContent-Type: text/html\r\n\r\nx\r\n--b--\r\npost\r\n",
    MIXED "MIME-Version: 1.0\r\nContent-Transfer-Encoding: 7bit\r\n\r\npre\r\n--b\r\n"
          "Content-Transfer-Encoding: quoted-printable\r\n\r\nGr=C3=B6n\r\n--b\r\n"
          "Content-Type: application/x\r\nContent-Transfer-Encoding: base64\r\n\r\n"
          "gIGCg4Q=\r\n\r\n--b\r\nContent-Type: text/html\r\n\r\nx\r\n--b--\r\npost\r\n" },
  { "8bit-preamble", MIXED "\r\n" OE "\r\n--b\r\n\r\nx\r\n--b--\r\n", NULL },
  { "8bit-header-of-a-part", MIXED "\r\n--b\r\nA: " OE "\r\n\r\nx\r\n--b--\r\n", NULL },
  { "message",
    "Content-Type: message/rfc822\r\nMIME-Version: 1.0\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
    "A: b\r\n\r\nGr" OE "n\r\n",
    "Content-Type: message/rfc822\r\nMIME-Version: 1.0\r\nContent-Transfer-Encoding: 7bit\r\n\r\n"
    "A: b\r\nMIME-Version: 1.0\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
    "Gr=C3=B6n\r\n" },
  { "8bit-header-of-a-message", "Content-Type: message/rfc822\r\n\r\nA: " OE "\r\n\r\nx\r\n",
    NULL },
  { "message-partial", "Content-Type: message/partial\r\n\r\n" OE "\r\n", NULL },
  { "message-delivery-status", "Content-Type: message/delivery-status\r\n\r\n" OE "\r\n", NULL },
  { "message-global-delivery-status",
    "MIME-Version: 1.0\r\nContent-Type: message/global-delivery-status\r\n\r\nA: " OE "\r\n",
    "MIME-Version: 1.0\r\nContent-Type: message/global-delivery-status\r\n"
    "Content-Transfer-Encoding: base64\r\n\r\nQTogw7YNCg==\r\n" },
  { "multipart-without-boundary", "Content-Type: multipart/mixed\r\n\r\n" OE "\r\n", NULL },
  { "signed", "Content-Type: multipart/signed; boundary=b\r\n\r\n--b\r\n\r\n" OE "\r\n--b--\r\n",
    NULL },
  { "signed-in-7bit",
    "Content-Type: multipart/signed; boundary=b\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
    "--b\r\nContent-Transfer-Encoding: 8bit\r\n\r\nx\r\n--b--\r\n",
    "Content-Type: multipart/signed; boundary=b\r\nContent-Transfer-Encoding: 7bit\r\n\r\n"
    "--b\r\nContent-Transfer-Encoding: 8bit\r\n\r\nx\r\n--b--\r\n" },
  /* A soft line break would bring "--b" to the beginning of a line. */
  { "boundary-by-encoding",
    MIXED "MIME-Version: 1.0\r\n\r\n--b\r\n\r\n"
          OE "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx--b"
          "\r\n--b--\r\n",
    MIXED "MIME-Version: 1.0\r\n\r\n--b\r\nContent-Transfer-Encoding: base64\r\n\r\n"
          "w7Z4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4\r\n"
          "eHh4eHh4eHh4eHh4eHgtLWI=\r\n"
          "\r\n--b--\r\n" },
};

static void
test_case (gconstpointer data)
{
  const Case *c = data;
  g_autoptr (GBytes) message = g_bytes_new (c->message, strlen (c->message));
  g_autofree char *problem = NULL;
  g_autoptr (GBytes) result = NULL;
  g_autofree char *text = NULL;

  g_test_summary ("Bodies are encoded, labels follow, all else stays octet for octet.");
  result = mime_downgrade (message, &problem);
  g_assert_true ((problem == NULL) == (result != NULL));
  if (result != NULL)
    text = g_strndup (g_bytes_get_size (result) > 0 ? g_bytes_get_data (result, NULL) : "",
                      g_bytes_get_size (result));
  g_assert_cmpstr (text, ==, c->result);
}

/* NUL, bare CR and LF, lines of any length: what only BINARYMIME can carry. */
static void
test_binary (void)
{
  static const char head[] = MIXED "MIME-Version: 1.0\r\n\r\n--b\r\nContent-Type: image/x\r\n"
                                   "Content-Transfer-Encoding: binary\r\n\r\n";
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  g_autoptr (GBytes) message = NULL;
  g_autoptr (GBytes) result = NULL;
  g_autoptr (MimeTree) tree = NULL;
  g_autoptr (GBytes) content = NULL;
  guint8 body[2048];

  g_test_summary ("Binary content of every octet arrives as it was.");
  for (gsize i = 0; i < sizeof body; i++)
    body[i] = (guint8) (i < 1024 ? i : i % 2 == 0 ? '\r' : 'x');
  g_byte_array_append (bytes, (const guint8 *) head, sizeof head - 1);
  g_byte_array_append (bytes, body, sizeof body);
  g_byte_array_append (bytes, (const guint8 *) "\r\n--b--\r\n", 9);
  message = g_bytes_new (bytes->data, bytes->len);
  result = mime_downgrade (message, NULL);
  g_assert_nonnull (result);
  tree = mime_tree_new (g_bytes_get_data (result, NULL), g_bytes_get_size (result));
  g_assert_cmpuint (mime_tree_get_n_parts (tree), ==, 2);
  content = mime_tree_dup_content (tree, mime_tree_get_part (tree, 1));
  g_assert_cmpmem (g_bytes_get_data (content, NULL), g_bytes_get_size (content), body,
                   sizeof body);
}

/* Corpora */

typedef struct
{
  guint n_8bit, n_changed, n_refused;
} Count;

static gboolean
is_ascii (const guint8 *data, gsize length)
{
  for (gsize i = 0; i < length; i++)
    if (data[i] >= 0x80)
      return FALSE;
  return TRUE;
}

static void
check_part (const char *name, const MimeTree *old, const MimeTree *new, guint i)
{
  const MimePart *a = mime_tree_get_part (old, i), *b = mime_tree_get_part (new, i);
  g_autoptr (GBytes) content_a = NULL;
  g_autoptr (GBytes) content_b = NULL;

  g_assert_cmpint (a->kind, ==, b->kind);
  g_assert_cmpuint (a->parent, ==, b->parent);
  g_assert_cmpstr (a->type, ==, b->type);
  g_assert_cmpstr (a->subtype, ==, b->subtype);
  g_assert_cmpstr (a->boundary, ==, b->boundary);
  if (a->kind != MIME_PART_LEAF)
    return;
  content_a = mime_tree_dup_content (old, a);
  content_b = mime_tree_dup_content (new, b);
  if (!g_bytes_equal (content_a, content_b))
    g_error ("%s: part %u decodes to something else", name, i);
}

static void
check_message (const char *name, const guint8 *data, gsize length, gpointer user_data)
{
  Count *count = user_data;
  g_autoptr (GBytes) message = g_bytes_new_static (data, length);
  g_autoptr (GBytes) result = mime_downgrade (message, NULL);
  g_autoptr (GBytes) again = NULL;
  g_autoptr (MimeTree) old = mime_tree_new (data, length);
  g_autoptr (MimeTree) new = NULL;

  count->n_8bit += !is_ascii (data, length);
  if (result == NULL)
    {
      count->n_refused++;
      return;
    }
  count->n_changed += result != message;
  g_assert_true (is_ascii (g_bytes_get_data (result, NULL), g_bytes_get_size (result)));
  new = mime_tree_new (g_bytes_get_data (result, NULL), g_bytes_get_size (result));
  g_assert_cmpuint (mime_tree_get_n_parts (old), ==, mime_tree_get_n_parts (new));
  for (guint i = 0; i < mime_tree_get_n_parts (old); i++)
    check_part (name, old, new, i);
  again = mime_downgrade (result, NULL);
  g_assert_true (again == result);
}

static void
test_corpora (void)
{
  Count count = { 0 };
  guint n;

  g_test_summary ("Messages of others are 7-bit then, and their parts decode to the same.");
  n = corpus_foreach (check_message, &count);
  if (n == 0)
    return;
  g_test_message ("%u messages, %u of them 8-bit; %u changed, %u refused", n, count.n_8bit,
                  count.n_changed, count.n_refused);
  g_assert_cmpuint (count.n_changed, >, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strconcat ("/mime/downgrade/", cases[i].name, NULL);

      g_test_add_data_func (path, &cases[i], test_case);
    }
  g_test_add_func ("/mime/downgrade/binary", test_binary);
  g_test_add_func ("/mime/downgrade/corpora", test_corpora);
  return g_test_run ();
}
