/** What the service does: the messages, their handlers, and a client for others to call it. */
@NullMarked
package dev.parley.template.service;

import org.jspecify.annotations.NullMarked;
