/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mime-shapes.h"

#include <string.h>

#define EACH_BYTES 11000

#define FIELDS "From: a@a.example\r\nTo: b@b.example\r\nSubject: a shape\r\nMIME-Version: 1.0\r\n"
#define BASE64_LINE \
  "VGhlIHF1aWNrIGJyb3duIGZveCBqdW1wcyBvdmVyIHRoZSBsYXp5IGRvZy4gVGhlIHF1aWNrIGJy\r\n"

const MimeShape mime_shapes[] = {
  { "attachment in base64",
    FIELDS "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nSee there.\r\n--b\r\n"
    "Content-Type: application/octet-stream\r\nContent-Transfer-Encoding: base64\r\n\r\n", 0,
    BASE64_LINE, NULL, "\r\n--b--\r\n" },
  { "many parts",
    FIELDS "Content-Type: multipart/mixed; boundary=b\r\n\r\n", 0,
    "Die Post ist da, sagt gr\303\274\303\237end der Bote; -- und geht weiter.\r\n",
    "\r\n--b\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n",
    "\r\n--b--\r\n" },
  { "long text in UTF-8",
    FIELDS "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n", 0,
    "Die Post ist da, sagt gr\303\274\303\237end der Bote; -- und geht weiter.\r\n", NULL, "" },
  { "long text in ISO 8859-1, encoded",
    FIELDS "Content-Type: text/plain; charset=iso-8859-1\r\n"
    "Content-Transfer-Encoding: quoted-printable\r\n\r\n", 0,
    "Die Post ist da, sagt gr=FC=DFend der Bote; =3D=3D und geht =\r\nweiter.\r\n", NULL, "" },
  { "text 60 multiparts deep", FIELDS, 60,
    "--boundary-that-is-none\r\nDie Post ist da.\r\n--b\r\n", NULL, "" },
};
const guint mime_n_shapes = G_N_ELEMENTS (mime_shapes);

static void
append_multiparts (GString *message, guint depth)
{
  for (guint i = 0; i < depth; i++)
    g_string_append_printf (message,
                            "Content-Type: multipart/mixed; boundary=boundary-%u\r\n\r\n"
                            "--boundary-%u\r\n", i, i);
  if (depth > 0)
    g_string_append (message, "Content-Type: text/plain\r\n\r\n");
}

guint8 *
mime_shape_make (const MimeShape *shape, gsize length, gsize *out_length)
{
  g_autoptr (GString) head = g_string_new (shape->head);
  gsize   piece_length = strlen (shape->piece), tail_length = strlen (shape->tail), pos, next_each;
  gsize   each_length = shape->each != NULL ? strlen (shape->each) : 0;
  guint8 *data = g_malloc (length);

  append_multiparts (head, shape->depth);
  g_assert (length > head->len + piece_length + each_length + tail_length);
  memcpy (data, head->str, head->len);
  pos = next_each = head->len;
  while (pos + each_length + piece_length + tail_length <= length)
    {
      if (shape->each != NULL && pos >= next_each)
        {
          memcpy (data + pos, shape->each, each_length);
          pos += each_length;
          next_each = pos + EACH_BYTES;
        }
      memcpy (data + pos, shape->piece, piece_length);
      pos += piece_length;
    }
  memcpy (data + pos, shape->tail, tail_length);
  *out_length = pos + tail_length;
  return data;
}
