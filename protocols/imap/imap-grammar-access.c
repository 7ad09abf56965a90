/* SPDX-License-Identifier: GPL-3.0-or-later */
#define WIRE_MODULE "imap"
#include "imap-grammar-private.h"

#include <string.h>

/* The commands about programs, quotas, rights and metadata. */

WIRE_ELEMENT (id_params, "What the program says of itself", 2971, "3.1");
WIRE_ELEMENT (id_field, "Field of ID", 2971, "3.3");
WIRE_ELEMENT (id_value, "Value of the field", 2971, "3.3");
WIRE_ELEMENT (quota_root, "Quota root", 9208, "3.2");
WIRE_ELEMENT (resource_name, "Resource", 9208, "5");
WIRE_ELEMENT (resource_limit, "Limit of the resource", 9208, "3.1.2");
WIRE_ELEMENT (identifier, "Whose rights", 4314, "2");
WIRE_ELEMENT (mod_rights, "Rights", 4314, "2.1");
WIRE_ELEMENT (metadata_option, "Option of GETMETADATA", 5464, "4.2");
WIRE_ELEMENT (metadata_option_name, "Name of the option", 5464, "4.2");
WIRE_ELEMENT (metadata_maxsize, "Largest value that is wanted", 5464, "4.2.1");
WIRE_ELEMENT (metadata_depth, "How deep below the entry", 5464, "4.2.2");
WIRE_ELEMENT (entry_name, "Entry", 5464, "3.2");
WIRE_ELEMENT (entry_value, "Value of the entry", 5464, "4.3");

/* Returns: a pair at the end of the command's, to be filled */
static ImapPair *
add_pair (ImapCommand *command)
{
  if (command->pairs == NULL)
    command->pairs = g_array_new (FALSE, TRUE, sizeof (ImapPair));
  g_array_set_size (command->pairs, command->pairs->len + 1);
  return &g_array_index (command->pairs, ImapPair, command->pairs->len - 1);
}

/* nstring, as the value of @pair */
static gboolean
scan_pair_value (ImapScan *self, const WireElement *element, ImapPair *pair)
{
  ImapText text;

  if (!imap_scan_nstring (self, element, &text))
    return FALSE;
  pair->value = text.is_nil ? NULL : imap_text_dup_bytes (&text);
  imap_text_clear (&text);
  return TRUE;
}

/* ID */

/* string SP nstring */
static gboolean
scan_id_pair (ImapScan *self, ImapCommand *command)
{
  ImapPair *pair = add_pair (command);
  WireMark  mark = wire_scan_begin (self->scan, &id_field);
  ImapText  text;

  if (!imap_scan_string (self, &text))
    return wire_scan_end (self->scan, mark, FALSE);
  pair->name = imap_text_dup (&text);
  imap_text_clear (&text);
  wire_scan_end (self->scan, mark, TRUE);
  return imap_scan_space (self) && scan_pair_value (self, &id_value, pair);
}

static gboolean
scan_id_nil (ImapScan *self)
{
  ImapText text;
  gboolean is_nil;

  if (!imap_scan_nstring (self, &id_params, &text))
    return FALSE;
  is_nil = text.is_nil;
  imap_text_clear (&text);
  return is_nil || wire_scan_fail (self->scan);
}

/* id_params_list ::= "(" #(string SPACE nstring) ")" / nil */
gboolean
imap_scan_id_arguments (ImapScan *self, ImapCommand *command)
{
  WireMark mark;

  if (!imap_scan_space (self))
    return FALSE;
  if (wire_scan_peek (self->scan) != '(')
    return scan_id_nil (self);
  mark = wire_scan_begin (self->scan, &id_params);
  command->pairs = g_array_new (FALSE, TRUE, sizeof (ImapPair));
  return wire_scan_end (self->scan, mark, imap_scan_list (self, TRUE, scan_id_pair, command));
}

/* Quotas */

/* getquota = "GETQUOTA" SP quota-root-name */
gboolean
imap_scan_quota_root_arguments (ImapScan *self, ImapCommand *command)
{
  return imap_scan_space (self) && imap_scan_astring_dup (self, &quota_root, &command->text);
}

/* setquota-resource = resource-name SP resource-limit */
static gboolean
scan_setquota_resource (ImapScan *self, ImapCommand *command)
{
  ImapPair *pair = add_pair (command);
  ImapText  name;
  guint64   limit;

  if (!imap_scan_atom (self, &resource_name, &name))
    return FALSE;
  pair->name = imap_text_dup (&name);
  if (!imap_scan_space (self) ||
      !imap_scan_number (self, &resource_limit, 0, IMAP_NUMBER64_MAX, &limit))
    return FALSE;
  else
    {
      char *text = g_strdup_printf ("%" G_GUINT64_FORMAT, limit);

      pair->value = g_bytes_new_take (text, strlen (text));
    }
  return TRUE;
}

/* setquota = "SETQUOTA" SP quota-root-name SP setquota-list */
gboolean
imap_scan_setquota_arguments (ImapScan *self, ImapCommand *command)
{
  return imap_scan_quota_root_arguments (self, command) && imap_scan_space (self) &&
         imap_scan_list (self, TRUE, scan_setquota_resource, command);
}

/* Rights */

/* SP mailbox SP identifier */
gboolean
imap_scan_identifier_arguments (ImapScan *self, ImapCommand *command)
{
  return imap_scan_space_mailbox (self, command) && imap_scan_space (self) &&
         imap_scan_astring_dup (self, &identifier, &command->text);
}

/* mod-rights = astring: "+" or "-" and rights, each a lower case letter or digit */
static gboolean
scan_mod_rights (ImapScan *self, ImapCommand *command)
{
  g_autofree char *text = NULL;
  const char      *rights;

  if (!imap_scan_astring_dup (self, &mod_rights, &text))
    return FALSE;
  rights = text;
  if (*rights == '+' || *rights == '-')
    command->rights_change = *rights++;
  for (const char *at = rights; *at != '\0'; at++)
    if (!g_ascii_islower (*at) && !g_ascii_isdigit (*at))
      return wire_scan_fail (self->scan);
  command->rights = g_strdup (rights);
  return TRUE;
}

/* setacl = "SETACL" SP mailbox SP identifier SP mod-rights */
gboolean
imap_scan_setacl_arguments (ImapScan *self, ImapCommand *command)
{
  return imap_scan_identifier_arguments (self, command) && imap_scan_space (self) &&
         scan_mod_rights (self, command);
}

/* Metadata */

/* maxsize-opt = "MAXSIZE" SP number; scope-opt = "DEPTH" SP ("0" / "1" / "infinity") */
static gboolean
scan_metadata_option (ImapScan *self, ImapCommand *command)
{
  static const ImapWord names[] = { IMAP_WORD ("MAXSIZE"), IMAP_WORD ("DEPTH") };
  static const ImapWord depths[] = { IMAP_WORD ("0"), IMAP_WORD ("1"), IMAP_WORD ("INFINITY") };

  WireMark mark = wire_scan_begin (self->scan, &metadata_option);
  guint    index;
  guint    depth;
  gboolean matched;

  matched = imap_scan_word (self, &metadata_option_name, names, G_N_ELEMENTS (names), &index) &&
            imap_scan_space (self);
  if (matched && index == 0)
    {
      matched = imap_scan_number (self, &metadata_maxsize, 0, G_MAXUINT32, &command->maxsize);
      command->has_maxsize = matched;
    }
  else if (matched)
    {
      matched = imap_scan_word (self, &metadata_depth, depths, G_N_ELEMENTS (depths), &depth);
      if (matched)
        command->depth = (ImapDepth) depth;
    }
  return wire_scan_end (self->scan, mark, matched);
}

/* entry = astring: has a slash first, and neither "*" nor "%" */
static gboolean
scan_entry (ImapScan *self, char **out_entry)
{
  char *entry;

  if (!imap_scan_astring_dup (self, &entry_name, &entry))
    return FALSE;
  if (!self->is_cut && (entry[0] != '/' || strpbrk (entry, "*%") != NULL))
    {
      g_free (entry);
      return wire_scan_fail (self->scan);
    }
  *out_entry = entry;
  return TRUE;
}

static gboolean
scan_entry_word (ImapScan *self, ImapCommand *command)
{
  char *entry;

  if (!scan_entry (self, &entry))
    return FALSE;
  imap_add_word (&command->words, entry);
  return TRUE;
}

/* Looks ahead: whether the list that begins here is one of options: entries begin with a slash. */
static gboolean
is_at_options (const ImapScan *self)
{
  gsize ahead = 1;

  if (wire_scan_peek (self->scan) != '(')
    return FALSE;
  while (wire_scan_peek_at (self->scan, ahead) == ' ')
    ahead++;
  return g_ascii_isalpha ((char) MAX (wire_scan_peek_at (self->scan, ahead), 0));
}

/* getmetadata = "GETMETADATA" [SP getmetadata-options] SP mailbox SP entries: so the grammar; the
 * examples of RFC 5464 sections 4.2.1 and 4.2.2 have the options behind the mailbox. */
gboolean
imap_scan_getmetadata_arguments (ImapScan *self, ImapCommand *command)
{
  gboolean has_options;

  if (!imap_scan_space (self))
    return FALSE;
  has_options = is_at_options (self);
  if (has_options && (!imap_scan_list (self, FALSE, scan_metadata_option, command) ||
                      !imap_scan_space (self)))
    return FALSE;
  if (!imap_scan_command_mailbox (self, command) || !imap_scan_space (self))
    return FALSE;
  if (!has_options && is_at_options (self) &&
      (!imap_scan_list (self, FALSE, scan_metadata_option, command) || !imap_scan_space (self)))
    return FALSE;
  return wire_scan_peek (self->scan) == '('
             ? imap_scan_list (self, FALSE, scan_entry_word, command)
             : scan_entry_word (self, command);
}

/* entry-value = entry SP value; value = nstring / literal8 */
static gboolean
scan_entry_value (ImapScan *self, ImapCommand *command)
{
  ImapPair *pair = add_pair (command);

  return scan_entry (self, &pair->name) && imap_scan_space (self) &&
         scan_pair_value (self, &entry_value, pair);
}

/* setmetadata = "SETMETADATA" SP mailbox SP entry-values */
gboolean
imap_scan_setmetadata_arguments (ImapScan *self, ImapCommand *command)
{
  return imap_scan_space_mailbox (self, command) && imap_scan_space (self) &&
         imap_scan_list (self, FALSE, scan_entry_value, command);
}
