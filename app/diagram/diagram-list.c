/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "diagram-list.h"

#include <math.h>
#include <string.h>

#include <wire/wire-text.h>

struct _DiagramList
{
  GArray     *items;   /* of DiagramItem */
  GByteArray *strings; /* NUL-terminated, one after the other */
};

/* A label longer than this can't be read on any screen; the inspector has it all. */
#define TEXT_BYTES_MAX 512

guint
diagram_list_get_n (const DiagramList *self)
{
  return self->items->len;
}

const DiagramItem *
diagram_list_get (const DiagramList *self, guint i)
{
  return &g_array_index (self->items, DiagramItem, i);
}

const char *
diagram_list_get_text (const DiagramList *self, const DiagramItem *item)
{
  return (const char *) self->strings->data + item->string;
}

void
diagram_list_add (DiagramList *self, const DiagramItem *item)
{
  g_array_append_val (self->items, *item);
}

static gboolean
is_safe_char (gunichar c)
{
  switch (g_unichar_type (c))
    {
    case G_UNICODE_CONTROL:
    case G_UNICODE_FORMAT: /* bidirectional overrides and the invisible */
    case G_UNICODE_UNASSIGNED:
    case G_UNICODE_PRIVATE_USE:
    case G_UNICODE_SURROGATE:
    case G_UNICODE_LINE_SEPARATOR:
    case G_UNICODE_PARAGRAPH_SEPARATOR:
      return FALSE;
    default:
      return TRUE;
    }
}

static gboolean
is_safe (const char *text)
{
  const char *p = text;

  while (*p >= 0x20 && *p < 0x7f)
    p++;
  if (*p == '\0')
    return TRUE;
  if (!g_utf8_validate (p, -1, NULL))
    return FALSE;
  for (; *p != '\0'; p = g_utf8_next_char (p))
    if (!is_safe_char (g_utf8_get_char (p)))
      return FALSE;
  return TRUE;
}

char *
diagram_text_dup_safe (const char *text)
{
  g_autofree char *escaped = NULL;

  if (is_safe (text))
    return g_strdup (text);
  escaped = wire_text_escape ((const guint8 *) text, strlen (text));
  if (is_safe (escaped))
    return g_steal_pointer (&escaped);

  /* What the escape lets pass but a font has no letter for. */
  g_autoptr (GString) safe = g_string_new (NULL);
  for (const char *p = escaped; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      if (is_safe_char (c))
        g_string_append_unichar (safe, c);
      else
        g_string_append_printf (safe, "\\u{%04X}", c);
    }
  return g_string_free (g_steal_pointer (&safe), FALSE);
}

void
diagram_list_add_text (DiagramList *self, const DiagramItem *item, const char *text)
{
  DiagramItem      copy = *item;
  g_autofree char *safe = is_safe (text) ? NULL : diagram_text_dup_safe (text);
  const char      *shown = safe != NULL ? safe : text;
  gsize            length = strlen (shown);

  if (length > TEXT_BYTES_MAX)
    {
      length = TEXT_BYTES_MAX;
      while (((guint8) shown[length] & 0xc0) == 0x80)
        length--;
    }
  copy.kind = DIAGRAM_ITEM_TEXT;
  copy.string = self->strings->len;
  g_byte_array_append (self->strings, (const guint8 *) shown, (guint) length);
  g_byte_array_append (self->strings, (const guint8 *) "", 1);
  g_array_append_val (self->items, copy);
}

/* How far (x, y) is from the line of @item. */
static double
get_distance (const DiagramItem *item, double x, double y)
{
  double dx = item->x2 - item->x1;
  double dy = item->y2 - item->y1;
  double length = dx * dx + dy * dy;
  double t = length > 0 ? ((x - item->x1) * dx + (y - item->y1) * dy) / length : 0;

  t = CLAMP (t, 0, 1);
  return hypot (x - item->x1 - t * dx, y - item->y1 - t * dy);
}

static gboolean
is_hit (const DiagramItem *item, double x, double y, double slack)
{
  double half;

  switch ((DiagramItemKind) item->kind)
    {
    case DIAGRAM_ITEM_ARROW:
      return get_distance (item, x, y) <= slack;
    case DIAGRAM_ITEM_MARK:
      half = item->x2 / 2 + slack;
      return fabs (x - item->x1) <= half && fabs (y - item->y1) <= half;
    case DIAGRAM_ITEM_LANE_HEAD:
    case DIAGRAM_ITEM_BAR:
    case DIAGRAM_ITEM_NOTE:
      return x >= item->x1 - slack && x <= item->x2 + slack && y >= item->y1 - slack &&
             y <= item->y2 + slack;
    case DIAGRAM_ITEM_TEXT: /* goes with the arrow or box it names */
    case DIAGRAM_ITEM_LANE_LINE:
    case DIAGRAM_ITEM_TICK:
    case DIAGRAM_N_ITEM_KINDS:
    default:
      return FALSE;
    }
}

guint
diagram_list_hit (const DiagramList *self, double x, double y, double slack)
{
  for (guint i = self->items->len; i > 0; i--)
    if (is_hit (diagram_list_get (self, i - 1), x, y, slack))
      return i - 1;
  return DIAGRAM_NONE;
}

void
diagram_list_clear (DiagramList *self)
{
  g_array_set_size (self->items, 0);
  g_byte_array_set_size (self->strings, 0);
}

DiagramList *
diagram_list_new (void)
{
  DiagramList *self = g_new0 (DiagramList, 1);

  self->items = g_array_new (FALSE, FALSE, sizeof (DiagramItem));
  self->strings = g_byte_array_new ();
  return self;
}

void
diagram_list_free (DiagramList *self)
{
  if (self == NULL)
    return;
  g_array_unref (self->items);
  g_byte_array_unref (self->strings);
  g_free (self);
}
