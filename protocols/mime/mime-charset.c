/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mime-charset.h"

#include <errno.h>
#include <iconv.h>
#include <string.h>

/* Length of a charset's name. Ours: the longest that is registered has 45. */
#define NAME_MAX_BYTES 64

/* Input converted at a time, so that room for its output is little. */
#define BLOCK_BYTES 16384

#define REPLACEMENT "\357\277\275"

/* Names met in mail that iconv knows by others. To the left nothing is registered, or nothing
 * that glibc has; to the right is the same charset, or one that has all of it and that those
 * who write the left name mean. */
static const struct
{
  const char *name, *iconv_name;
} aliases[] = {
  /* RFC 1642 and RFC 2152: UTF-7's first name; RFC 2279's predecessor named UTF-8 so. */
  { "unicode-1-1-utf-7", "utf-7" },
  { "x-unicode-2-0-utf-7", "utf-7" },
  { "unicode-1-1-utf-8", "utf-8" },
  /* Korean: Windows writes its code page 949 under the name of the set that it extends. */
  { "ks_c_5601-1987", "cp949" },
  { "ks_c_5601-1989", "cp949" },
  { "ks_c_5601", "cp949" },
  { "ksc5601", "cp949" },
  { "ksc_5601", "cp949" },
  { "windows-949", "cp949" },
  { "x-windows-949", "cp949" },
  /* Japanese */
  { "x-sjis", "cp932" },
  { "x-euc-jp", "euc-jp" },
  { "x-eucjp", "euc-jp" },
  { "cp51932", "euc-jp" },
  /* Chinese */
  { "gb_2312-80", "gb2312" },
  { "x-gbk", "gbk" },
  { "x-x-big5", "big5" },
  { "windows-950", "cp950" },
  { "x-euc-tw", "euc-tw" },
  /* RFC 1556: -i and -e say how right-to-left text is ordered, not what its octets are. */
  { "iso-8859-6-e", "iso-8859-6" },
  { "iso-8859-6-i", "iso-8859-6" },
  { "iso-8859-8-e", "iso-8859-8" },
  { "iso-8859-8-i", "iso-8859-8" },
  /* Spellings */
  { "koi8_r", "koi8-r" },
  { "koi8_u", "koi8-u" },
  { "latin-1", "iso-8859-1" },
  { "x-mac-roman", "macintosh" },
  { "x-mac-cyrillic", "mac-cyrillic" },
  { "cp-437", "cp437" },
  { "cp-850", "cp850" },
  { "cp-852", "cp852" },
  { "cp-866", "cp866" },
  { "cp-1250", "cp1250" },
  { "cp-1251", "cp1251" },
  { "cp-1252", "cp1252" },
  { "x-cp1250", "cp1250" },
  { "x-cp1251", "cp1251" },
  { "x-cp1252", "cp1252" },
  { "win-1251", "cp1251" },
  { "win1251", "cp1251" },
  /* Registered without a byte order: that of UTF-16 is RFC 2781's, see begin_wide(). */
  { "iso-10646-ucs-2", "utf-16" },
  { "csunicode", "utf-16" },
  { "ucs-2", "utf-16" },
  { "ucs-4", "utf-32" },
  { "iso-10646-ucs-4", "utf-32" },
};

/* Names that iconv knows but mail has no use for: what is this machine's own, and a charset whose
 * converter does not tell where it met an error. */
static const char *const refused[] = { "wchar_t", "iso-2022-cn-ext", "iso2022cnext" };

typedef enum
{
  KIND_UNKNOWN,
  KIND_ASCII,
  KIND_UTF8,
  KIND_TABLE, /* one octet is one character, always the same */
  KIND_ICONV,
} Kind;

/* One character as UTF-8, ready to be copied as four octets of which @length count. */
typedef struct
{
  guint8 utf8[4];
  guint8 length; /* 0: no character of the charset */
} Character;

typedef struct
{
  Kind       kind;
  gboolean   is_ascii_superset; /* an octet below 0x80 that begins a character is ASCII's */
  gboolean   is_begun;          /* amid a text that comes in pieces */
  guint      unit;              /* octets that always belong together: 4 for UTF-32 */
  gboolean   wants_bom;         /* its byte order is told by the text */
  iconv_t    iconv;             /* TABLE and ICONV */
  Character *table;             /* (array fixed-size=256): TABLE */
} Converter;

struct _MimeCharsets
{
  GHashTable *converters; /* name in lower case -> Converter, none of KIND_UNKNOWN */
  Converter   unknown;    /* for all names that there is none for */
  char        last_name[NAME_MAX_BYTES + 1];
  Converter  *last; /* (nullable) */
};

static void
converter_free (gpointer data)
{
  Converter *self = data;

  if (self->iconv != (iconv_t) -1)
    iconv_close (self->iconv);
  g_free (self->table);
  g_free (self);
}

/* Appends what iconv makes of @data to @out. Returns: errno, 0 when all was taken. */
static int
run_iconv (Converter *self, const guint8 **data, const guint8 *end, GString *out)
{
  char  *in = (char *) *data;
  gsize  n_in = (gsize) (end - *data);
  gsize  length = out->len;
  gsize  room = n_in * 2 + 64;
  char  *to;
  size_t result;
  int    problem;

  g_string_set_size (out, length + room);
  to = out->str + length;
  result = iconv (self->iconv, n_in > 0 ? &in : NULL, &n_in, &to, &room);
  problem = result == (size_t) -1 ? errno : 0;
  g_string_truncate (out, (gsize) (to - out->str));
  *data = (const guint8 *) in;
  return problem;
}

/* ---- opening ---- */

/* Gives the converter each octet by itself. What comes of it at once, and only then, is in
 * @table. Returns: whether each is one character or none: then the table is all that is needed. */
static gboolean
probe (Converter *self, Character *table)
{
  gboolean is_table = TRUE;

  self->is_ascii_superset = TRUE;
  for (guint c = 0; c < 256; c++)
    {
      guint8 octet = (guint8) c;
      char  *in = (char *) &octet, *out = (char *) table[c].utf8;
      gsize  n_in = 1, room = sizeof table[c].utf8;
      int    problem;

      iconv (self->iconv, NULL, NULL, NULL, NULL);
      problem = iconv (self->iconv, &in, &n_in, &out, &room) == (size_t) -1 ? errno : 0;
      table[c].length = (guint8) (sizeof table[c].utf8 - room);
      if (problem == 0 ? table[c].length == 0 : problem != EILSEQ || table[c].length > 0)
        is_table = FALSE;
      if (c < 128 && (table[c].length != 1 || table[c].utf8[0] != c))
        self->is_ascii_superset = FALSE;
    }
  return is_table;
}

/* Returns: whether @name may be a charset's name, so that nothing that iconv takes for more than
 * that (an empty name, "//TRANSLIT", a path) or passes over (other signs) reaches it. */
static gboolean
is_name (const char *name)
{
  for (gsize i = 0; name[i] != '\0'; i++)
    if (!g_ascii_isalnum (name[i]) && strchr ("-_.:", name[i]) == NULL)
      return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (refused); i++)
    if (g_str_equal (name, refused[i]))
      return FALSE;
  return name[0] != '\0';
}

static void
open_iconv (Converter *self, const char *name)
{
  g_autofree Character *table = g_new0 (Character, 256);

  if (!is_name (name))
    return;
  self->iconv = iconv_open ("UTF-8", name);
  if (self->iconv == (iconv_t) -1)
    return;
  if (g_str_has_prefix (name, "utf-16"))
    self->unit = 2;
  else if (g_str_has_prefix (name, "utf-32"))
    self->unit = 4;
  self->wants_bom = g_str_equal (name, "utf-16") || g_str_equal (name, "utf-32");
  self->kind = KIND_ICONV;
  if (probe (self, table))
    {
      self->kind = KIND_TABLE;
      self->table = g_steal_pointer (&table);
    }
}

/* @name: in lower case. Returns: (transfer full) (nullable) */
static Converter *
converter_new (const char *name)
{
  Converter *self = g_new0 (Converter, 1);

  self->iconv = (iconv_t) -1;
  self->unit = 1;
  for (guint i = 0; i < G_N_ELEMENTS (aliases); i++)
    if (g_str_equal (name, aliases[i].name))
      {
        name = aliases[i].iconv_name;
        break;
      }
  if (g_str_equal (name, "utf-8") || g_str_equal (name, "utf8"))
    self->kind = KIND_UTF8;
  else if (g_str_equal (name, "us-ascii") || g_str_equal (name, "ascii") || name[0] == '\0')
    self->kind = KIND_ASCII;
  else
    open_iconv (self, name);
  if (self->kind == KIND_UNKNOWN)
    g_clear_pointer (&self, g_free);
  return self;
}

/* Returns: (transfer none): the converter for @name, in lower case, that is open already, or a new
 * one. There are never more than iconv has names, some 1,200, and opening one takes longer than
 * converting pages of text: so all are kept, whatever hostile mail names. */
static Converter *
get_converter (MimeCharsets *self, const char *name)
{
  Converter *converter = g_hash_table_lookup (self->converters, name);

  if (converter != NULL)
    return converter;
  converter = converter_new (name);
  if (converter == NULL)
    return &self->unknown;
  g_hash_table_insert (self->converters, g_strdup (name), converter);
  return converter;
}

/* Returns: (transfer none): the converter for @charset, one of KIND_UNKNOWN if there is none */
static Converter *
find_converter (MimeCharsets *self, const char *charset)
{
  char  name[NAME_MAX_BYTES + 1];
  gsize length = 0;

  for (; charset[length] != '\0' && length < NAME_MAX_BYTES; length++)
    name[length] = g_ascii_tolower (charset[length]);
  if (charset[length] != '\0')
    return &self->unknown;
  name[length] = '\0';
  if (self->last == NULL || !g_str_equal (self->last_name, name))
    {
      self->last = get_converter (self, name);
      memcpy (self->last_name, name, length + 1);
    }
  return self->last;
}

gboolean
mime_charsets_is_known (MimeCharsets *self, const char *charset)
{
  return find_converter (self, charset)->kind != KIND_UNKNOWN;
}

/* ---- converting ---- */

/* One piece on its way. */
typedef struct
{
  const guint8   *data;
  gsize           length;
  gboolean        is_last;
  gsize           base;
  GString        *out;
  MimeConversion *conversion;
} Piece;

/* @n octets at @at are not of the charset. */
static void
replace (Piece *piece, gsize at, gsize n)
{
  if (piece->conversion->n_invalid == 0)
    piece->conversion->first_invalid = piece->base + at;
  piece->conversion->n_invalid += n;
  g_string_append_len (piece->out, REPLACEMENT, 3);
}

/* Returns: @at moved over what is ASCII, eight octets at a time. */
static inline gsize
skip_ascii (const guint8 *data, gsize length, gsize at)
{
  while (length - at >= 8)
    {
      guint64 octets;

      memcpy (&octets, data + at, 8);
      octets = GUINT64_FROM_LE (octets) & G_GUINT64_CONSTANT (0x8080808080808080);
      if (octets != 0)
        return at + (gsize) __builtin_ctzll (octets) / 8;
      at += 8;
    }
  while (at < length && data[at] < 0x80)
    at++;
  return at;
}

static void
append (Piece *piece, gsize at, gsize end)
{
  if (end > at)
    g_string_append_len (piece->out, (const char *) piece->data + at, (gssize) (end - at));
}

/* US-ASCII, and what is in no charset that is known. */
static gsize
convert_ascii (Piece *piece)
{
  gsize at = 0;

  while (at < piece->length)
    {
      gsize end = skip_ascii (piece->data, piece->length, at);

      append (piece, at, end);
      for (at = end; at < piece->length && piece->data[at] >= 0x80; at++)
        if (piece->conversion->is_unknown)
          g_string_append_len (piece->out, REPLACEMENT, 3);
        else
          replace (piece, at, 1);
    }
  return at;
}

/* Returns: how long the character beyond ASCII at @data is (RFC 3629 section 4), 0 when it is none,
 * -1 when the data ends within it. */
static inline int
read_utf8 (const guint8 *data, gsize length)
{
  guint8 lead = data[0], low = 0x80, high = 0xBF;
  int    n = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;

  if (lead < 0xC2 || lead > 0xF4)
    return 0;
  if (lead == 0xE0)
    low = 0xA0;
  else if (lead == 0xED)
    high = 0x9F;
  else if (lead == 0xF0)
    low = 0x90;
  else if (lead == 0xF4)
    high = 0x8F;
  if (length < 2)
    return -1;
  if (data[1] < low || data[1] > high)
    return 0;
  for (int i = 2; i < n; i++)
    {
      if ((gsize) i == length)
        return -1;
      if ((data[i] & 0xC0) != 0x80)
        return 0;
    }
  return n;
}

static gsize
convert_utf8 (Piece *piece)
{
  const guint8 *data = piece->data;
  gsize         length = piece->length, start = 0, at = 0;

  while ((at = skip_ascii (data, length, at)) < length)
    {
      int n;

      do
        {
          n = read_utf8 (data + at, length - at);
          if (n > 0)
            at += (gsize) n;
        }
      while (n > 0 && at < length && data[at] >= 0x80);
      if (n > 0)
        continue;
      append (piece, start, at);
      start = at;
      if (n < 0 && !piece->is_last)
        return at;
      replace (piece, at, 1);
      start = ++at;
    }
  append (piece, start, at);
  return at;
}

/* A block of octets, each of which is one character. */
static void
convert_table_block (Piece *piece, const Converter *converter, gsize at, gsize end)
{
  const guint8 *data = piece->data;
  gsize         length = piece->out->len;
  guint8       *out;

  g_string_set_size (piece->out, length + (end - at) * sizeof converter->table->utf8);
  out = (guint8 *) piece->out->str + length;
  while (at < end)
    {
      const Character *character = &converter->table[data[at]];
      gsize            n_ascii = converter->is_ascii_superset ? skip_ascii (data, end, at) - at : 0;

      if (n_ascii > 0)
        {
          memcpy (out, data + at, n_ascii);
          out += n_ascii;
          at += n_ascii;
          continue;
        }
      memcpy (out, character->utf8, sizeof character->utf8);
      out += character->length;
      if (character->length == 0)
        {
          memcpy (out, REPLACEMENT, 3);
          out += 3;
          if (piece->conversion->n_invalid++ == 0)
            piece->conversion->first_invalid = piece->base + at;
        }
      at++;
    }
  g_string_truncate (piece->out, (gsize) (out - (guint8 *) piece->out->str));
}

static gsize
convert_table (Piece *piece, const Converter *converter)
{
  for (gsize at = 0; at < piece->length; at += BLOCK_BYTES)
    convert_table_block (piece, converter, at, MIN (at + BLOCK_BYTES, piece->length));
  return piece->length;
}

/* Begins a text whose byte order its first character may tell. If it does not, it is big-endian
 * (RFC 2781 section 4.3), whatever this machine is. Returns: FALSE when more is needed to tell. */
static gboolean
begin_wide (Piece *piece, Converter *converter)
{
  static const guint8 big[4] = { 0, 0, 0xFE, 0xFF }, little[4] = { 0xFF, 0xFE, 0, 0 };
  const guint8       *mark = big + 4 - converter->unit;

  if (piece->length < converter->unit)
    return piece->is_last;
  if (memcmp (piece->data, mark, converter->unit) != 0 &&
      memcmp (piece->data, little, converter->unit) != 0)
    run_iconv (converter, &mark, big + 4, piece->out);
  return TRUE;
}

/* Some converters hold a letter back until they have seen whether an accent follows: makes them
 * give it out. Those that are told by the text which set is meant must not be made forget it. */
static void
release (Piece *piece, Converter *converter)
{
  const guint8 *nothing = NULL;

  if (converter->is_ascii_superset)
    run_iconv (converter, &nothing, NULL, piece->out);
}

/* Puts replacements for all that is left, which is less than a character. */
static gsize
replace_rest (Piece *piece, Converter *converter, gsize at)
{
  release (piece, converter);
  while (at < piece->length)
    {
      gsize n = MIN (converter->unit, piece->length - at);

      replace (piece, at, n);
      at += n;
    }
  return at;
}

/* Everything from @at on. */
static gsize
convert_iconv (Piece *piece, Converter *converter, gsize at)
{
  while (at < piece->length)
    {
      gsize         start = at, end = MIN (at + BLOCK_BYTES, piece->length);
      const guint8 *in = piece->data + at;
      int           problem = run_iconv (converter, &in, piece->data + end, piece->out);

      at = (gsize) (in - piece->data);
      if (problem == EINVAL && end == piece->length)
        return piece->is_last ? replace_rest (piece, converter, at) : at;
      if (problem == EILSEQ || (problem == EINVAL && at == start))
        {
          gsize n = MIN (converter->unit, piece->length - at);

          release (piece, converter);
          replace (piece, at, n);
          at += n;
        }
    }
  return at;
}

/* From the first piece to the last of a text the converter keeps what it was told; up to the first
 * octet beyond ASCII it need not be asked. */
static gsize
convert_text (Piece *piece, Converter *converter)
{
  const guint8 *nothing = NULL;
  gsize         at = 0;

  if (!converter->is_begun)
    {
      iconv (converter->iconv, NULL, NULL, NULL, NULL);
      if (converter->wants_bom && !begin_wide (piece, converter))
        return 0;
      if (converter->is_ascii_superset)
        at = skip_ascii (piece->data, piece->length, 0);
      append (piece, 0, at);
    }
  if (at < piece->length)
    {
      converter->is_begun = TRUE;
      at = convert_iconv (piece, converter, at);
    }
  if (piece->is_last)
    {
      run_iconv (converter, &nothing, NULL, piece->out);
      converter->is_begun = FALSE;
    }
  return at;
}

void
mime_charsets_convert_piece (MimeCharsets   *self,
                             const char     *charset,
                             const guint8   *data,
                             gsize           length,
                             gboolean        is_last,
                             gsize           base,
                             GString        *out,
                             MimeConversion *conversion,
                             gsize          *out_n_used)
{
  Converter *converter = find_converter (self, charset);
  Piece      piece = { data, length, is_last, base, out, conversion };
  gsize      n_used = length;

  switch (converter->kind)
    {
    case KIND_UNKNOWN:
      conversion->is_unknown = TRUE;
      n_used = convert_ascii (&piece);
      break;
    case KIND_ASCII:
      n_used = convert_ascii (&piece);
      break;
    case KIND_UTF8:
      n_used = convert_utf8 (&piece);
      break;
    case KIND_TABLE:
      n_used = convert_table (&piece, converter);
      break;
    case KIND_ICONV:
      n_used = convert_text (&piece, converter);
      break;
    }
  *out_n_used = n_used;
}

void
mime_charsets_convert (MimeCharsets   *self,
                       const char     *charset,
                       const guint8   *data,
                       gsize           length,
                       GString        *out,
                       MimeConversion *out_conversion)
{
  MimeConversion conversion = { 0 };
  gsize          n_used;

  find_converter (self, charset)->is_begun = FALSE;
  mime_charsets_convert_piece (self, charset, data, length, TRUE, 0, out, &conversion, &n_used);
  if (out_conversion != NULL)
    *out_conversion = conversion;
}

MimeCharsets *
mime_charsets_new (void)
{
  MimeCharsets *self = g_new0 (MimeCharsets, 1);

  self->converters = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, converter_free);
  return self;
}

void
mime_charsets_free (MimeCharsets *self)
{
  if (self == NULL)
    return;
  g_hash_table_unref (self->converters);
  g_free (self);
}
