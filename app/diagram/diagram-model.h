/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <trace/trace-log.h>

#include "diagram-list.h"

G_BEGIN_DECLS

/**
 * DiagramModel:
 *
 * What a ladder shows of a trace, before any geometry: which host has which
 * lane, which event is which row, and where connections begin and end. A pure
 * function of the log, the level and the hidden hosts, worked out event by
 * event: diagram_model_update() reads only what was appended since.
 */
typedef struct _DiagramModel DiagramModel;

typedef enum
{
  DIAGRAM_ROW_LETTER,    /* a message goes from host to host: a thick arrow with a caption */
  DIAGRAM_ROW_STAGE,     /* a stage of a message's life on one host: a captioned note */
  DIAGRAM_ROW_UNIT,      /* a protocol unit: an arrow */
  DIAGRAM_ROW_CONTROL,   /* a connection opens, closes, is refused, breaks: a thin arrow */
  DIAGRAM_ROW_PACKET,    /* a packet: a thin arrow */
  DIAGRAM_ROW_NOTE,      /* something on one host: a rounded box on its lane */
  DIAGRAM_N_ROW_KINDS,
} DiagramRowKind;

/** One connection while it is open: a bar on the lanes of both its ends. */
typedef struct
{
  guint   connection;
  guint   first_row;
  guint   last_row;    /* the last row so far */
  guint   tls_row;     /* the first row that went encrypted, or DIAGRAM_NONE */
  guint16 from;        /* actors */
  guint16 to;
  guint16 from_slot;   /* 0 is on the lane itself; concurrent connections count on from there */
  guint16 to_slot;
  gboolean is_closed;  /* nothing more will come; else the bar may still grow */
} DiagramBar;

/**
 * diagram_model_new:
 * @log: a reference is taken
 * @hidden: (array length=n_hidden) (nullable): actors without a lane; events of theirs have no row
 */
DiagramModel *diagram_model_new (TraceLog *log, TraceLevel level, const guint16 *hidden,
                                 guint n_hidden);
void          diagram_model_free (DiagramModel *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (DiagramModel, diagram_model_free)

/**
 * diagram_model_update:
 *
 * Takes in what was appended to the log.
 * Returns: whether rows or lanes that were there before have changed places
 */
gboolean diagram_model_update (DiagramModel *self);

TraceLog  *diagram_model_get_log (DiagramModel *self);
TraceLevel diagram_model_get_level (DiagramModel *self);

/* Rows */

guint          diagram_model_get_n_rows (const DiagramModel *self);
DiagramRowKind diagram_model_get_row_kind (const DiagramModel *self, guint row);

/** Returns: the position in the log of the event of @row. */
guint diagram_model_get_position (const DiagramModel *self, guint row);

/** Returns: the row of the event at @position; of the last row before it if it has none;
 *   DIAGRAM_NONE if there is none before it either. O(log n). */
guint diagram_model_find_row (const DiagramModel *self, guint position);

/* Lanes, from left to right: hosts in the order in which letters reach them, then the other hosts
 * as the log counts them, then name servers. */

guint diagram_model_get_n_lanes (const DiagramModel *self);
guint diagram_model_get_lane_actor (const DiagramModel *self, guint lane);
guint diagram_model_get_actor_lane (const DiagramModel *self, guint actor); /* or DIAGRAM_NONE */

/** Returns: whether @lane is a name server's, off to the side. */
gboolean diagram_model_is_lane_aside (const DiagramModel *self, guint lane);

/** Returns: the most connections open at once on @lane. */
guint diagram_model_get_n_slots (const DiagramModel *self, guint lane);

/** Calls @func once for each bar that touches a row from @first to @last. */
void diagram_model_foreach_bar (const DiagramModel *self, guint first, guint last,
                                void (*func) (const DiagramBar *bar, gpointer user_data),
                                gpointer user_data);

/**
 * diagram_model_get_bar:
 *
 * Returns: (nullable): the bar of @connection, borrowed until an update
 */
const DiagramBar *diagram_model_get_bar (const DiagramModel *self, guint connection);

/* Words */

/** Returns: (nullable): which of the five steps a stage of a message's life is: "2 Submission". */
const char *diagram_stage_get_caption (const char *what);

G_END_DECLS
