/* SPDX-License-Identifier: GPL-3.0-or-later */
#define WIRE_MODULE "imf"
#include "imf-tags.h"
#include "imf-deviation.h"
#include "imf-scan.h"
#include "imf-token.h"

#include <string.h>

WIRE_ELEMENT (tag, "Tag", 6376, "3.2");
WIRE_ELEMENT (tag_name, "Name of a tag", 6376, "3.2");
WIRE_ELEMENT (tag_value, "Value of a tag", 6376, "3.2");
WIRE_ELEMENT (tag_version, "Version", 6376, "3.5");
WIRE_ELEMENT (tag_algorithm, "Algorithm of the signature", 6376, "3.5");
WIRE_ELEMENT (tag_signature, "Signature", 6376, "3.5");
WIRE_ELEMENT (tag_body_hash, "Hash of the body", 6376, "3.5");
WIRE_ELEMENT (tag_canonicalization, "Canonicalization", 6376, "3.5");
WIRE_ELEMENT (tag_domain, "Domain that signs", 6376, "3.5");
WIRE_ELEMENT (tag_signed_fields, "Fields that are signed", 6376, "3.5");
WIRE_ELEMENT (signed_field, "Field that is signed", 6376, "3.5");
WIRE_ELEMENT (tag_identity, "On whose behalf", 6376, "3.5");
WIRE_ELEMENT (tag_body_length, "Octets of the body that are signed", 6376, "3.5");
WIRE_ELEMENT (tag_query, "Where the key is found", 6376, "3.5");
WIRE_ELEMENT (query_method, "One way to find the key", 6376, "3.5");
WIRE_ELEMENT (tag_selector, "Selector of the key", 6376, "3.5");
WIRE_ELEMENT (tag_time, "When it was signed", 6376, "3.5");
WIRE_ELEMENT (tag_expiration, "When the signature expires", 6376, "3.5");
WIRE_ELEMENT (tag_copied_fields, "Copies of signed fields", 6376, "3.5");
WIRE_ELEMENT (copied_field, "Copy of a signed field", 6376, "3.5");
WIRE_ELEMENT (base64_run, "Run of base64", 6376, "2.10");
WIRE_ELEMENT (tag_instance, "Instance", 8617, "4.2.1");
WIRE_ELEMENT (tag_chain_validation, "Chain validation status", 8617, "4.4");

/* The fields that have tags; a set. */
typedef enum
{
  IN_DKIM = 1 << 0,
  IN_SEAL = 1 << 1,
  IN_ARC_SIGNATURE = 1 << 2,
  IN_DOMAINKEY = 1 << 3,
  IN_PRIVATE = 1 << 4, /* in the form of DKIM, for one provider's own use */
  IN_OTHER = 1 << 5,
  LIKE_DKIM = IN_DKIM | IN_PRIVATE,
  IN_SIGNATURE = LIKE_DKIM | IN_ARC_SIGNATURE,
  IN_ALL = IN_SIGNATURE | IN_SEAL | IN_DOMAINKEY,
} Fields;

static gboolean
is_digit (guint8 byte)
{
  return g_ascii_isdigit (byte);
}

static gboolean
is_base64 (guint8 byte)
{
  return g_ascii_isalnum (byte) || byte == '+' || byte == '/' || byte == '=';
}

/* The tags that are defined, in which fields they mean that, in which they must be. */
static const struct
{
  const char        *name;
  const WireElement *element;
  Fields             fields;
  Fields             needed;
  char               separator;         /* between the items of a list */
  const WireElement *item;              /* (nullable): of what it is a list */
  gboolean (*is_legal) (guint8 byte); /* (nullable): what it may have but white space */
} tags[] = {
  { "v", &tag_version, LIKE_DKIM, IN_DKIM, 0, NULL, is_digit },
  { "i", &tag_instance, IN_SEAL | IN_ARC_SIGNATURE, IN_SEAL | IN_ARC_SIGNATURE, 0, NULL, is_digit },
  { "a", &tag_algorithm, IN_ALL, IN_DKIM | IN_ARC_SIGNATURE | IN_SEAL, 0, NULL, NULL },
  { "b", &tag_signature, IN_ALL, IN_ALL, 0, &base64_run, is_base64 },
  { "bh", &tag_body_hash, IN_SIGNATURE, IN_DKIM | IN_ARC_SIGNATURE, 0, &base64_run, is_base64 },
  { "c", &tag_canonicalization, IN_SIGNATURE | IN_DOMAINKEY, IN_DOMAINKEY, 0, NULL, NULL },
  { "cv", &tag_chain_validation, IN_SEAL, IN_SEAL, 0, NULL, NULL },
  { "d", &tag_domain, IN_ALL, IN_ALL, 0, NULL, NULL },
  { "h", &tag_signed_fields, IN_SIGNATURE | IN_DOMAINKEY, IN_DKIM | IN_ARC_SIGNATURE, ':',
    &signed_field, NULL },
  { "i", &tag_identity, LIKE_DKIM, 0, 0, NULL, NULL },
  { "l", &tag_body_length, IN_SIGNATURE, 0, 0, NULL, is_digit },
  { "q", &tag_query, IN_SIGNATURE | IN_DOMAINKEY, IN_DOMAINKEY, ':', &query_method, NULL },
  { "s", &tag_selector, IN_ALL, IN_ALL, 0, NULL, NULL },
  { "t", &tag_time, IN_SIGNATURE | IN_SEAL, 0, 0, NULL, is_digit },
  { "x", &tag_expiration, IN_SIGNATURE, 0, 0, NULL, is_digit },
  { "z", &tag_copied_fields, IN_SIGNATURE, 0, '|', &copied_field, NULL },
};

#define TAG_OTHER G_N_ELEMENTS (tags)

/* Names that are in no table and are remembered, to notice one that is there twice. Ours: each
 * tag is held against them all. */
#define OTHER_NAMES_MAX 32

typedef struct
{
  const guint8 *name; /* borrowed */
  gsize         length;
} OtherName;

typedef struct
{
  Fields    fields;
  guint32   seen; /* a set of places in tags[] */
  guint     n_others;
  OtherName others[OTHER_NAMES_MAX];
} TagList;

/* ALNUMPUNC, and what names of the kind have elsewhere */
static gboolean
is_name_byte (guint8 byte)
{
  return g_ascii_isalnum (byte) || byte == '_' || byte == '-';
}

static gboolean
is_value_byte (guint8 byte)
{
  return byte > ' ' && byte != 0x7f && byte != ';';
}

static guint
find_tag (const TagList *self, const guint8 *name, gsize length)
{
  guint i;

  for (i = 0; i < G_N_ELEMENTS (tags); i++)
    if ((tags[i].fields & self->fields) != 0 && strlen (tags[i].name) == length &&
        memcmp (tags[i].name, name, length) == 0)
      break;
  return i;
}

/* Returns: whether this is the first tag of that name. */
static gboolean
add_tag (TagList *self, guint which, const guint8 *name, gsize length)
{
  gboolean is_new;

  if (which != TAG_OTHER)
    {
      is_new = (self->seen & (1u << which)) == 0;
      self->seen |= 1u << which;
      return is_new;
    }
  for (guint i = 0; i < self->n_others; i++)
    if (self->others[i].length == length && memcmp (self->others[i].name, name, length) == 0)
      return FALSE;
  if (self->n_others < OTHER_NAMES_MAX)
    self->others[self->n_others++] = (OtherName){ name, length };
  return TRUE;
}

/* 1*VALCHAR, cut into items at the separator */
static void
scan_run (WireScan *scan, guint which)
{
  gsize end = scan->pos;

  if (which == TAG_OTHER || tags[which].item == NULL)
    {
      wire_scan_while (scan, is_value_byte);
      return;
    }
  while (end < scan->length && is_value_byte (scan->data[end]) &&
         scan->data[end] != tags[which].separator)
    end++;
  if (end > scan->pos)
    wire_scan_leaf (scan, tags[which].item, end - scan->pos);
  else
    scan->pos++;
}

/* Returns: whether all bytes from @start to the cursor are @is_member or white space. */
static gboolean
is_legal (const WireScan *scan, gsize start, gboolean (*is_member) (guint8 byte))
{
  for (gsize i = start; is_member != NULL && i < scan->pos; i++)
    if (!is_member (scan->data[i]) && strchr (" \t\r\n", scan->data[i]) == NULL)
      return FALSE;
  return TRUE;
}

/* tag-value = [ tval *( 1*(WSP / FWS) tval ) ] */
static void
scan_value (WireScan *scan, guint which)
{
  WireMark mark =
      wire_scan_begin (scan, which == TAG_OTHER ? &tag_value : tags[which].element);
  ImfPlace place = imf_scan_save (scan);

  while (!wire_scan_at_end (scan) && is_value_byte (scan->data[scan->pos]))
    {
      scan_run (scan, which);
      place = imf_scan_save (scan);
      imf_scan_fws (scan);
    }
  imf_scan_restore (scan, place);
  imf_scan_flag_bytes (scan, mark.pos);
  if (which != TAG_OTHER && !is_legal (scan, mark.pos, tags[which].is_legal))
    wire_scan_deviate (scan, &imf_deviation_odd_tag_value);
  wire_scan_end (scan, mark, scan->pos > mark.pos);
}

/* tag-name [FWS] "=" [FWS] tag-value */
static gboolean
scan_name_and_value (WireScan *scan, TagList *self)
{
  const guint8 *name = scan->data + scan->pos;
  gsize         length = wire_scan_while (scan, is_name_byte);
  guint         which = find_tag (self, name, length);

  scan->pos -= length;
  if (length == 0)
    return wire_scan_fail (scan);
  wire_scan_leaf (scan, &tag_name, length);
  imf_scan_fws (scan);
  if (!wire_scan_byte (scan, '='))
    return FALSE;
  imf_scan_fws (scan);
  scan_value (scan, which);
  imf_scan_fws (scan);
  if (!wire_scan_at_end (scan) && wire_scan_peek (scan) != ';')
    return wire_scan_fail (scan);
  if (!add_tag (self, which, name, length))
    wire_scan_deviate (scan, &imf_deviation_duplicate_tag);
  return TRUE;
}

/* tag-spec, without the FWS before it; what is none is noted and passed over up to the next ";" */
static gboolean
scan_tag (WireScan *scan, TagList *self)
{
  WireMark mark = wire_scan_begin (scan, &tag);
  ImfPlace place = imf_scan_save (scan);
  gboolean is_tag = scan_name_and_value (scan, self);

  if (!is_tag)
    {
      imf_scan_restore (scan, place);
      imf_scan_skip_until (scan, ';');
      wire_scan_deviate (scan, &imf_deviation_bad_tag_list);
    }
  wire_scan_end (scan, mark, TRUE);
  return is_tag;
}

static void
note_missing (WireScan *scan, const TagList *self)
{
  for (guint i = 0; i < G_N_ELEMENTS (tags); i++)
    if ((tags[i].needed & self->fields & ~IN_PRIVATE) != 0 && (self->seen & (1u << i)) == 0)
      {
        wire_scan_deviate (scan, &imf_deviation_missing_tag);
        return;
      }
}

static gboolean
scan_tag_list (WireScan *scan, Fields fields)
{
  TagList  self = { .fields = fields };
  gboolean has_tag = FALSE;

  imf_scan_optional_cfws (scan);
  while (!wire_scan_at_end (scan))
    {
      if (wire_scan_peek (scan) == ';')
        wire_scan_deviate_at (scan, &imf_deviation_bad_tag_list, scan->pos, 1);
      else
        has_tag = scan_tag (scan, &self) || has_tag;
      scan->pos += wire_scan_at_end (scan) ? 0 : 1;
      imf_scan_fws (scan);
    }
  note_missing (scan, &self);
  return has_tag || wire_scan_fail (scan);
}

gboolean
imf_value_dkim_signature (WireScan *scan)
{
  return scan_tag_list (scan, IN_DKIM);
}

gboolean
imf_value_arc_message_signature (WireScan *scan)
{
  return scan_tag_list (scan, IN_ARC_SIGNATURE);
}

gboolean
imf_value_arc_seal (WireScan *scan)
{
  return scan_tag_list (scan, IN_SEAL);
}

gboolean
imf_value_domainkey_signature (WireScan *scan)
{
  return scan_tag_list (scan, IN_DOMAINKEY);
}

gboolean
imf_value_private_signature (WireScan *scan)
{
  return scan_tag_list (scan, IN_PRIVATE);
}

gboolean
imf_value_tags (WireScan *scan)
{
  return scan_tag_list (scan, IN_OTHER);
}
