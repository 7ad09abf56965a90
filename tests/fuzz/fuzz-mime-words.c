/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <mime/mime-words.h>

#include <stdint.h>
#include <string.h>

#include <imf/imf-address.h>
#include <imf/imf-composer.h>
#include <imf/imf-fields.h>
#include <imf/imf-word.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

/* The pieces of a word lie within it, in order. */
static void
check_words (const uint8_t *data, size_t size)
{
  for (size_t at = 0; at < size; at++)
    {
      ImfWord word;

      if (!imf_word_find (data, size, at, &word))
        continue;
      g_assert_cmpuint (word.offset, ==, at);
      g_assert_cmpuint (word.charset_offset + word.charset_length, <=, word.language_offset);
      g_assert_cmpuint (word.language_offset + word.language_length, <, word.text_offset);
      g_assert_cmpuint (word.text_offset + word.text_length + 2, ==, at + word.length);
      g_assert_cmpuint (at + word.length, <=, size);
    }
}

/* What is written in a field is one field, is ASCII, and is read as what it was. */
static void
check_field (MimeCharsets *charsets, const char *text)
{
  g_autofree char *value = mime_words_encode (text, MIME_WORDS_IN_TEXT, strlen ("X: "));
  g_autofree char *direct = mime_words_decode_text (charsets, value);
  g_autoptr (GString) field = g_string_new (NULL);
  g_autoptr (ImfHeader) header = NULL;

  g_assert_true (g_str_is_ascii (value));
  g_assert_null (strpbrk (value, "\r\n"));
  g_assert_cmpstr (direct, ==, text);
  imf_append_field (field, "X", value);
  header = imf_header_new ((const guint8 *) field->str, field->len);
  g_assert_cmpuint (imf_header_get_n (header), ==, 1);
  g_assert_cmpuint (header->end, ==, field->len);
}

/* The same of a display name, through the grammar of addresses. */
static void
check_phrase (MimeCharsets *charsets, const char *text)
{
  g_autofree char *phrase = mime_words_encode (text, MIME_WORDS_IN_PHRASE, 4);
  g_autofree char *address = g_strconcat (phrase, " <a@b.example>", NULL);
  g_autoptr (ImfAddressList) list = imf_address_list_parse_text (address);
  g_autofree char *decoded = NULL;

  g_assert_nonnull (list);
  g_assert_cmpuint (imf_address_list_get_n (list), ==, 1);
  if (imf_address_list_get (list, 0)->display_name != NULL)
    decoded = mime_words_decode_text (charsets, imf_address_list_get (list, 0)->display_name);
  g_assert_cmpstr (decoded != NULL ? decoded : "", ==, text);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  static MimeCharsets *charsets;
  g_autofree char     *text = NULL;

  if (charsets == NULL)
    charsets = mime_charsets_new ();
  check_words (data, size);
  text = mime_words_decode (charsets, data, size);
  g_assert_true (g_utf8_validate (text, -1, NULL));
  check_field (charsets, text);
  check_phrase (charsets, text);
  return 0;
}
