/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "diagram-list.h"
#include "diagram-model.h"
#include "diagram-theme.h"

G_BEGIN_DECLS

/**
 * DiagramLayout:
 *
 * Where everything in a ladder is: a pure function of (log, options). Its owner,
 * the window or an export, repeats:
 *
 *   update -> build the heads and the rows that are in sight -> paint the list
 *
 * The plane of the rows begins at y = 0 below the heads, which have a plane of
 * their own of diagram_layout_get_head_height(), so that they can stay in sight;
 * x is common to both. Row <-> y is O(log n); building costs what is in sight,
 * whatever the length of the log. Only valid until the log grows: then update.
 */
typedef struct _DiagramLayout DiagramLayout;

typedef enum
{
  DIAGRAM_AXIS_SEQUENCE,   /* rows follow each other at once */
  DIAGRAM_AXIS_COMPRESSED, /* and leave a gap that grows with the logarithm of the wait */
} DiagramAxis;

typedef enum
{
  DIAGRAM_FUTURE_HIDDEN, /* rows from the playhead on are not drawn */
  DIAGRAM_FUTURE_FAINT,  /* they are drawn faint */
} DiagramFuture;

typedef struct
{
  TraceLevel           level;
  DiagramAxis          axis;
  double               width;      /* wished for; many lanes take more */
  double               text_scale; /* 1: labels of 13 pixels */
  guint                playhead;   /* number of rows that have happened; DIAGRAM_NONE: all */
  DiagramFuture        future;
  const guint16       *hidden;     /* (array length=n_hidden) (nullable): actors; copied */
  guint                n_hidden;
  DiagramThemeVariant  variant;    /* exports: PNG, SVG and PDF */
  guint                columns;    /* exports: width of text */
  gboolean             is_ascii;   /* exports: text in ASCII */
} DiagramOptions;

/** Dialogue, sequence, 960 wide, all rows, light, 80 columns of UTF-8. */
void diagram_options_init (DiagramOptions *options);

/** With very many lanes they share this width; a PDF page can't be wider than 14,400 points. */
#define DIAGRAM_WIDTH_MAX 20000.0

/** How far along its way an arrow is drawn that never arrives. */
#define DIAGRAM_LOST_SHARE 0.62

/** What a host's head tells of it at the playhead: messages in its queue and in its mailboxes. */
typedef struct
{
  guint n_queued;
  guint n_stored;
} DiagramChips;

/** Tells what the head of @actor shows; zeros show nothing. */
typedef void (*DiagramChipsFunc) (guint actor, DiagramChips *out_chips, gpointer user_data);

DiagramLayout *diagram_layout_new (TraceLog *log, const DiagramOptions *options);
void           diagram_layout_free (DiagramLayout *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (DiagramLayout, diagram_layout_free)

/** Takes in what was appended to the log; costs what was appended. */
void diagram_layout_update (DiagramLayout *self);

/** Changes what costs little: @width costs the lanes, @playhead nothing. */
void diagram_layout_set_width (DiagramLayout *self, double width);
void diagram_layout_set_playhead (DiagramLayout *self, guint playhead);

/** Lets heads show counters; @func: (nullable): called while heads are built. */
void diagram_layout_set_chips (DiagramLayout *self, DiagramChipsFunc func, gpointer user_data);

DiagramModel         *diagram_layout_get_model (DiagramLayout *self);
const DiagramOptions *diagram_layout_get_options (DiagramLayout *self);

/** Returns: a number that changes whenever rows or lanes drawn earlier have moved. */
guint diagram_layout_get_epoch (DiagramLayout *self);

double diagram_layout_get_width (DiagramLayout *self);       /* >= the options' */
double diagram_layout_get_height (DiagramLayout *self);      /* of all rows */
double diagram_layout_get_head_height (DiagramLayout *self);

/** Fills @list with the lane heads, at y from 0 to the head height. Does not clear it. */
void diagram_layout_build_heads (DiagramLayout *self, DiagramList *list);

/**
 * diagram_layout_build:
 *
 * Fills @list with the part of the rows' plane from @y1 to @y2: lane lines, bars,
 * the rows in sight. Does not clear it. An empty ladder says so.
 */
void diagram_layout_build (DiagramLayout *self, double y1, double y2, DiagramList *list);

/* Its two halves, of which the second is painted over the first: lane lines and bars; rows. */
void diagram_layout_build_ground (DiagramLayout *self, double y1, double y2, DiagramList *list);
void diagram_layout_build_rows (DiagramLayout *self, double y1, double y2, DiagramList *list);

/** Where the box of a head is, in the heads' plane. */
typedef struct
{
  double x1, y1, x2, y2;
} DiagramBox;

void diagram_layout_get_head_box (DiagramLayout *self, guint lane, DiagramBox *out_box);

/* From rows to places and back */

guint  diagram_layout_get_n_rows (DiagramLayout *self);
double diagram_layout_get_row_y (DiagramLayout *self, guint row); /* upper edge; n_rows: the end */
double diagram_layout_get_row_height (DiagramLayout *self, guint row);
double diagram_layout_get_lane_x (DiagramLayout *self, guint lane);

/** Returns: the row at @y, or DIAGRAM_NONE above the first and below the last. */
guint diagram_layout_find_row (DiagramLayout *self, double y);
/** Returns: the lane nearest to @x, or DIAGRAM_NONE without lanes. */
guint diagram_layout_find_lane (DiagramLayout *self, double x);
/** Returns: the position in the log of the event drawn at (@x, @y), or DIAGRAM_NONE. */
guint diagram_layout_hit (DiagramLayout *self, double x, double y);

/** The stretch an event's arrow covers; for what stays on one lane, a point. */
typedef struct
{
  double x1, y1, x2, y2;
} DiagramStretch;

void diagram_layout_get_stretch (DiagramLayout *self, guint row, DiagramStretch *out_stretch);

G_END_DECLS
