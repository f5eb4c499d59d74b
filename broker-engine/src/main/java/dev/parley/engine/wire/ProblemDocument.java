package dev.parley.engine.wire;

import dev.parley.ErrorCode;
import dev.parley.Violation;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The body of an error reply: a problem document as in <a
 * href="https://www.rfc-editor.org/rfc/rfc9457">RFC 9457</a>, with the members {@code code}, {@code
 * error} (the type's name) and {@code violations} beside the standard ones.
 */
public final class ProblemDocument {

  /** Its media type. */
  public static final String CONTENT_TYPE = "application/problem+json";

  private static final JsonMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder().maxNestingDepth(20).build())
                  .build())
          .build();

  private ProblemDocument() {}

  /** Writes a report. */
  public static byte[] write(ErrorReport report) {
    ObjectNode document = MAPPER.createObjectNode();
    document.put("type", "about:blank");
    document.put("title", title(report.code()));
    document.put("detail", report.message());
    document.put("code", report.code().name());
    document.put("error", report.type());
    if (!report.violations().isEmpty()) {
      ArrayNode violations = document.putArray("violations");
      report
          .violations()
          .forEach(v -> violations.addObject().put("path", v.path()).put("message", v.message()));
    }
    return MAPPER.writeValueAsBytes(document);
  }

  /**
   * Reads a report of that code; what is missing or malformed is left empty, because an error must
   * arrive all the same.
   */
  public static ErrorReport read(ErrorCode code, byte[] body) {
    JsonNode document;
    try {
      document = MAPPER.readTree(body);
    } catch (JacksonException e) {
      document =
          MAPPER.createObjectNode(); // another framework's error body: the code alone is told
    }
    List<Violation> violations = new ArrayList<>();
    for (JsonNode violation : document.path("violations")) {
      violations.add(new Violation(text(violation, "path"), text(violation, "message")));
    }
    return new ErrorReport(code, text(document, "error"), text(document, "detail"), violations);
  }

  private static String text(JsonNode node, String member) {
    return node.path(member).asString("");
  }

  private static String title(ErrorCode code) {
    return switch (code) {
      case TIMEOUT -> "No reply in time";
      case NO_HANDLER -> "Nobody handles that queue";
      case INVALID_MESSAGE -> "The message is not valid";
      case HANDLER_FAILED -> "The handler failed";
      case REPLY_UNREADABLE -> "The reply cannot be written or read";
      case EXPIRED -> "The request came too late";
      case OVERLOADED -> "The server refuses more work";
      case CANCELLED -> "The call was cancelled";
      case CONNECTION_LOST -> "The connection was lost";
      case PUBLISH_FAILED -> "The broker did not take the message";
      case CLOSED -> "The broker object was closed";
    };
  }
}
