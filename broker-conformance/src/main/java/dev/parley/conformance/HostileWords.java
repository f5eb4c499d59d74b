package dev.parley.conformance;

import java.util.List;

/** What hostile messages are made of: names and texts that somebody might stumble over. */
final class HostileWords {

  static final List<String> NAMES =
      List.of(
          "parley-deadline",
          "parley-timeout",
          "parley-sent",
          "parley-attempt",
          "parley-key",
          "parley-method",
          "parley-inbox",
          "parley-signal",
          "parley-seq",
          "parley-epoch",
          "parley-status",
          "parley-server",
          "parley-origin",
          "parley-group",
          "parley-error",
          "parley-error-type",
          "parley-attempts",
          "parley-failed-at",
          "parley-unheard-of",
          "__TypeId__",
          "__ContentTypeId__",
          "__KeyTypeId__",
          "spring_json_header_types",
          "_class",
          "@class",
          "x-death",
          "x-delay",
          "kafka_replyTopic",
          "kafka_replyPartition",
          "kafka_correlationId",
          "reply_partition",
          "correlation_id",
          "reply_to",
          "message_id",
          "content-type",
          "content-encoding",
          "traceparent",
          "quantity");

  static final List<String> VALUES =
      List.of(
          "",
          " ",
          "0",
          "-1",
          "1",
          "2147483648",
          "9223372036854775807",
          "99999999999999999999999999999",
          "1e400",
          "NaN",
          "null",
          "true",
          "CREDIT 1",
          "CREDIT -1",
          "CREDIT 99999999999999999999",
          "CANCEL",
          "PING",
          "HALF_CLOSE",
          "END",
          "OVERLOADED",
          "HANDLER_FAILED",
          "INVALID_MESSAGE",
          "gzip",
          "${java.home}",
          "../../etc/passwd",
          "a\r\nb: c",
          "\u0000\u0001\u001f",
          "日本語\uD83D\uDE00",
          "\uD800",
          Poison.NAME,
          "{\"a\":\"" + Poison.NAME + "\"}",
          "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");

  static final List<String> BODIES =
      List.of(
          "{\"id\":\"o-1\",\"quantity\":1}",
          "{\"id\":\"\",\"quantity\":-1}",
          "{\"@class\":\"" + Poison.NAME + "\",\"id\":\"o-1\",\"quantity\":1}",
          "[\"" + Poison.NAME + "\",{\"id\":\"o-1\",\"quantity\":1}]",
          "{\"id\":{\"@type\":\"" + Poison.NAME + "\"},\"quantity\":[1]}",
          "{\"type\":\"about:blank\",\"code\":\"HANDLER_FAILED\",\"error\":\""
              + Poison.NAME
              + "\"}",
          "{\"data\":{\"id\":\"o-1\"},\"headers\":{\"a\":1},\"reply_to\":\"nowhere\"}",
          "[1,2,[3,[4,{\"a\":null}]]]",
          "\"text\"",
          "null",
          "1e999999999",
          "-0",
          "true",
          "plain text",
          "<?xml version=\"1.0\"?><!DOCTYPE x [<!ENTITY y SYSTEM \"file:///etc/passwd\">]><x>&y;</x>");

  static final List<String> CONTENT_TYPES =
      List.of(
          "application/json",
          "application/json; charset=utf-16",
          "application/json;charset=;;=",
          "text/plain",
          "text/plain; charset=no-such-charset",
          "application/octet-stream",
          "application/problem+json",
          "application/x-java-serialized-object",
          "application/x-java-object; class=" + Poison.NAME,
          "application/xml",
          "",
          "/",
          ";;;///",
          "*/*");

  static final List<String> NOWHERE =
      List.of("nobody.is.there", "", " ", "../..", "amq.topic", "amq.rabbitmq.reply-to.x", "a/7");

  private HostileWords() {}
}
