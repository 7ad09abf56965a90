/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "imap-capability.h"

#include <string.h>

/* In the order of ImapCapability. */
static const char *const words[IMAP_N_CAPABILITIES] = {
  "IMAP4rev1",
  "IMAP4rev2",
  "STARTTLS",
  "SASL-IR",
  "LITERAL+",
  "ID",
  "ENABLE",
  "IDLE",
  "NAMESPACE",
  "UNSELECT",
  "UIDPLUS",
  "MOVE",
  "CHILDREN",
  "LIST-EXTENDED",
  "LIST-STATUS",
  "SPECIAL-USE CREATE-SPECIAL-USE",
  "ESEARCH",
  "SEARCHRES",
  "WITHIN",
  "SORT SORT=DISPLAY",
  "THREAD=ORDEREDSUBJECT THREAD=REFERENCES",
  "CONTEXT=SEARCH CONTEXT=SORT ESORT",
  "CONDSTORE",
  "QRESYNC",
  "MULTIAPPEND",
  "CATENATE",
  "BINARY",
  "REPLACE",
  "OBJECTID SAVEDATE PREVIEW STATUS=SIZE",
  "UTF8=ACCEPT",
  "COMPRESS=DEFLATE",
  ("ACL RIGHTS=kxte LIST-MYRIGHTS QUOTA QUOTA=RES-STORAGE QUOTA=RES-MESSAGE QUOTASET METADATA "
   "APPENDLIMIT"),
};

const char *
imap_capability_get_words (ImapCapability capability)
{
  for (guint i = 0; i < IMAP_N_CAPABILITIES; i++)
    if ((guint32) capability == 1u << i)
      return words[i];
  return "";
}

static gboolean
has_word (const char *list, const char *word)
{
  gsize length = strlen (word);

  for (const char *at = list; *at != '\0'; at += strspn (at, " "))
    {
      gsize n = strcspn (at, " ");

      if (n == length && g_ascii_strncasecmp (at, word, n) == 0)
        return TRUE;
      at += n;
    }
  return FALSE;
}

guint32
imap_capability_find (const char *word)
{
  for (guint i = 0; i < IMAP_N_CAPABILITIES; i++)
    if (has_word (words[i], word))
      return 1u << i;
  return 0;
}
