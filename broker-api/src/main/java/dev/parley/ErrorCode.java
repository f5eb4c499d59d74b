package dev.parley;

/** Why a publish or a call failed; the words are the same on the wire. */
public enum ErrorCode {
  /** The deadline passed and no reply came. */
  TIMEOUT,
  /** Nobody has ever declared that queue; or a live handler was asked for and there is none. */
  NO_HANDLER,
  /** The body cannot be decoded, or fails validation. */
  INVALID_MESSAGE,
  /** The handler threw and its attempts are exhausted. */
  HANDLER_FAILED,
  /** The reply cannot be serialised at the server, or decoded at the caller. */
  REPLY_UNREADABLE,
  /** The server received the request too late and did not execute it. */
  EXPIRED,
  /** Work was refused because a limit is reached. */
  OVERLOADED,
  /** The caller cancelled. */
  CANCELLED,
  /** The reply can no longer arrive; the request may have run. */
  CONNECTION_LOST,
  /** The broker refused the message or did not confirm it. */
  PUBLISH_FAILED,
  /** The broker object was closed. */
  CLOSED
}
