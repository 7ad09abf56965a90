/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * DiagramList:
 *
 * A picture as data: items in painting order, with geometry in double and with
 * meaning instead of colours. The same list feeds the screen, PDF, PNG and SVG;
 * a DiagramTheme says how each item looks. Units are layout units, pixels at scale 1.
 */
typedef struct _DiagramList DiagramList;

/** Item, row, lane, position: "there is none". */
#define DIAGRAM_NONE G_MAXUINT

typedef enum
{
  DIAGRAM_ITEM_LANE_LINE, /* line from (x1,y1) to (x2,y2) */
  DIAGRAM_ITEM_LANE_HEAD, /* rounded box (x1,y1)-(x2,y2) */
  DIAGRAM_ITEM_BAR,       /* box: a connection is open */
  DIAGRAM_ITEM_ARROW,     /* line from (x1,y1) with its head's point at (x2,y2) */
  DIAGRAM_ITEM_NOTE,      /* rounded box */
  DIAGRAM_ITEM_TEXT,      /* one line; (x1,y1) is its anchor on the baseline, x2 its room */
  DIAGRAM_ITEM_MARK,      /* a little drawing (diagram-mark.h) centred on (x1,y1), x2 wide */
  DIAGRAM_ITEM_TICK,      /* hair line of the time axis from (x1,y1) to (x2,y2) */
  DIAGRAM_N_ITEM_KINDS,
} DiagramItemKind;

/** What an item is about. */
typedef enum
{
  DIAGRAM_STYLE_PLAIN,   /* lanes, heads, axis */
  DIAGRAM_STYLE_COMMAND, /* commands and queries */
  DIAGRAM_STYLE_REPLY,   /* replies, responses and answers */
  DIAGRAM_STYLE_DATA,    /* message data */
  DIAGRAM_STYLE_CONTROL, /* connections opening and closing */
  DIAGRAM_STYLE_PACKET,
  DIAGRAM_STYLE_NOTE,
  DIAGRAM_STYLE_LETTER,  /* a message travelling */
  DIAGRAM_N_STYLES,
} DiagramStyle;

typedef enum
{
  DIAGRAM_ITEM_ERROR = 1 << 0,
  DIAGRAM_ITEM_WARNING = 1 << 1,
  DIAGRAM_ITEM_TLS = 1 << 2,   /* arrows: a double line */
  DIAGRAM_ITEM_LOST = 1 << 3,  /* arrows: ends in the middle, without a head */
  DIAGRAM_ITEM_FAINT = 1 << 4, /* beyond the playhead: has not happened yet */
  DIAGRAM_ITEM_ACROSS = 1 << 5, /* goes across other lanes: its texts need a halo */
} DiagramItemFlags;

typedef enum
{
  DIAGRAM_TEXT_LABEL,   /* on an arrow, with a halo */
  DIAGRAM_TEXT_DETAIL,  /* a second, quieter line */
  DIAGRAM_TEXT_CAPTION, /* the name of a step */
  DIAGRAM_TEXT_NOTE,    /* inside a note */
  DIAGRAM_TEXT_NAME,    /* a host's name in its head */
  DIAGRAM_TEXT_ADDRESS, /* its role and address */
  DIAGRAM_TEXT_TIME,    /* figures of the time axis */
  DIAGRAM_TEXT_MESSAGE, /* to the reader: "Nothing has happened yet", page numbers */
  DIAGRAM_N_TEXTS,
} DiagramText;

typedef enum
{
  DIAGRAM_ANCHOR_START,
  DIAGRAM_ANCHOR_MIDDLE,
  DIAGRAM_ANCHOR_END,
} DiagramAnchor;

typedef struct
{
  guint8  kind;     /* DiagramItemKind */
  guint8  style;    /* DiagramStyle */
  guint8  flags;    /* DiagramItemFlags */
  guint8  colour;   /* of a message: 1 to DIAGRAM_MESSAGE_COLOURS; 0: the style's own */
  guint8  mark;     /* marks: DiagramMark */
  guint8  text;     /* texts: DiagramText */
  guint8  anchor;   /* texts: DiagramAnchor */
  guint32 string;   /* texts: offset of the characters; diagram_list_get_text() */
  guint   row;      /* or DIAGRAM_NONE */
  guint   position; /* of the event in the log, or DIAGRAM_NONE */
  guint   actor;    /* lane heads, lines and bars: whose it is; else DIAGRAM_NONE */
  double  x1, y1, x2, y2;
} DiagramItem;

/** Messages take these in turn; colours and shapes are counted so that pairs repeat late. */
#define DIAGRAM_MESSAGE_COLOURS 7
#define DIAGRAM_MESSAGE_SHAPES 5

DiagramList *diagram_list_new (void);
void         diagram_list_free (DiagramList *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (DiagramList, diagram_list_free)

/** Empties the list and keeps its memory, for the next frame. */
void diagram_list_clear (DiagramList *self);

guint              diagram_list_get_n (const DiagramList *self);
const DiagramItem *diagram_list_get (const DiagramList *self, guint i); /* borrowed until an add */

/** Returns: (transfer none): the characters of a text item, valid UTF-8 without controls. */
const char *diagram_list_get_text (const DiagramList *self, const DiagramItem *item);

/** Appends a copy of @item. */
void diagram_list_add (DiagramList *self, const DiagramItem *item);

/** Appends a text item; what is unsafe to show in @text is escaped. */
void diagram_list_add_text (DiagramList *self, const DiagramItem *item, const char *text);

/** Returns: (transfer full): @text with all that is unsafe to show escaped; mostly a plain copy. */
char *diagram_text_dup_safe (const char *text);

/**
 * diagram_list_hit:
 *
 * Returns: the index of the topmost item within @slack of the point, or DIAGRAM_NONE; lane lines
 *   and ticks are not hit
 */
guint diagram_list_hit (const DiagramList *self, double x, double y, double slack);

G_END_DECLS
