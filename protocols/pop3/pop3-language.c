/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "pop3-language.h"

#include <string.h>

static const struct
{
  const char *tag;
  const char *name;
} languages[POP3_N_LANGUAGES] = {
  [POP3_LANGUAGE_ENGLISH] = { "en", "English" },
  [POP3_LANGUAGE_GERMAN] = { "de", "Deutsch" },
};

/* What the server says, and what it is called in German. */
static const struct
{
  const char *english, *german;
} texts[] = {
  { "now the password", "jetzt das Kennwort" },
  { "maildrop has %s", "im Postfach: %s" },
  { "%u message (%" G_GUINT64_FORMAT " octets)", "%u Nachricht (%" G_GUINT64_FORMAT " Oktette)" },
  { "%u messages (%" G_GUINT64_FORMAT " octets)",
    "%u Nachrichten (%" G_GUINT64_FORMAT " Oktette)" },
  { "%" G_GSIZE_FORMAT " octets", "%" G_GSIZE_FORMAT " Oktette" },
  { "top of message follows", "der Anfang der Nachricht folgt" },
  { "message %" G_GUINT64_FORMAT " deleted", "Nachricht %" G_GUINT64_FORMAT " gelöscht" },
  { "message %" G_GUINT64_FORMAT " is marked as deleted",
    "Nachricht %" G_GUINT64_FORMAT " ist zum Löschen vorgemerkt" },
  { "message %" G_GUINT64_FORMAT " can't be read",
    "Nachricht %" G_GUINT64_FORMAT " ist nicht lesbar" },
  { "message %" G_GUINT64_FORMAT " needs a client that has said UTF8",
    "Nachricht %" G_GUINT64_FORMAT " braucht ein Programm, das UTF8 gesagt hat" },
  { "no such message, the maildrop has %u", "keine solche Nachricht, das Postfach hat %u" },
  { "capability list follows", "was der Server kann" },
  { "mechanism list follows", "Verfahren der Anmeldung" },
  { "language list follows", "Sprachen" },
  { "no such language here", "diese Sprache gibt es hier nicht" },
  { "language changed", "Sprache geändert" },
  { "UTF-8 from now on", "ab jetzt UTF-8" },
  { "begin TLS negotiation", "TLS kann beginnen" },
  { "command not permitted when TLS is active", "nicht erlaubt, wenn TLS schon schützt" },
  { "too late for STLS after UTF8", "nach UTF8 ist es für STLS zu spät" },
  { "%s POP3 server signing off", "%s verabschiedet sich" },
  { "%s POP3 server signing off (maildrop empty)", "%s verabschiedet sich (Postfach leer)" },
  { "%s POP3 server signing off (%u message left)", "%s verabschiedet sich (%u Nachricht bleibt)" },
  { "%s POP3 server signing off (%u messages left)",
    "%s verabschiedet sich (%u Nachrichten bleiben)" },
  { "some deleted messages not removed", "einige gelöschte Nachrichten sind noch da" },
  { "unknown command", "unbekannter Befehl" },
  { "usage: %s", "so ist es zu schreiben: %s" },
  { "%s may not be given in the state %s", "%s ist im Zustand %s nicht erlaubt" },
  { "command line longer than %d octets", "Befehl von mehr als %d Oktetten" },
  { "too many bad commands, closing", "zu viele falsche Befehle, Ende" },
  { "authentication cancelled", "Anmeldung abgebrochen" },
  { "name, password or proof is wrong", "Name, Kennwort oder Nachweis falsch" },
  { "Unknown user or wrong password", "unbekannter Name oder falsches Kennwort" },
  { "Another session has the mailbox open", "eine andere Sitzung hat das Postfach offen" },
};

const char *
pop3_language_get_tag (Pop3Language language)
{
  return languages[language].tag;
}

const char *
pop3_language_get_name (Pop3Language language)
{
  return languages[language].name;
}

/* A basic range matches a tag that it is, or that goes on after it with a hyphen; our tags have
 * none. */
int
pop3_language_find (const char *range)
{
  if (strcmp (range, "*") == 0)
    return POP3_LANGUAGE_ENGLISH;
  for (int i = 0; i < POP3_N_LANGUAGES; i++)
    if (g_ascii_strcasecmp (languages[i].tag, range) == 0)
      return i;
  return -1;
}

const char *
pop3_language_translate (Pop3Language language, const char *english)
{
  for (guint i = 0; language == POP3_LANGUAGE_GERMAN && i < G_N_ELEMENTS (texts); i++)
    if (strcmp (texts[i].english, english) == 0)
      return texts[i].german;
  return english;
}
