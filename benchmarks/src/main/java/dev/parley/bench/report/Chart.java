package dev.parley.bench.report;

import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A summary as a picture: for each broker and scenario a bar for each contestant, as long as its
 * operations a second beside those by hand.
 */
public final class Chart {
  private static final int WIDTH = 760;
  private static final int LEFT = 190;
  private static final int BAR = 11;
  private static final int GAP = 9;
  private static final int PANEL = 34;
  private static final int TOP = 40;
  private static final double UNIT = 220; // as long as by hand
  private static final double MOST = 1.9;
  private static final Map<String, String> COLORS =
      Map.of(
          "by-hand", "#8a8f98",
          "by-hand-weaker", "#c9ccd1",
          "parley", "#1f6feb",
          "spring", "#5fae4b",
          "spring-defaults", "#b5dba9");

  private final Summary summary;
  private final StringBuilder shapes = new StringBuilder();
  private int y = TOP;

  private Chart(Summary summary) {
    this.summary = summary;
  }

  /** An SVG document. */
  public static String of(Summary summary) {
    Chart chart = new Chart(summary);
    chart.legend();
    summary.brokers().forEach(chart::panel);
    return """
        <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" width="%d" height="%d" \
        font-family="sans-serif" font-size="11">
        <rect width="100%%" height="100%%" fill="white"/>
        %s</svg>
        """
        .formatted(WIDTH, chart.y + GAP, WIDTH, chart.y + GAP, chart.shapes);
  }

  private void legend() {
    int x = 10;
    for (String name :
        List.of("by-hand", "parley", "spring", "spring-defaults", "by-hand-weaker")) {
      rectangle(x, 10, BAR, BAR, color(name));
      text(x + BAR + 4, 20, "start", name);
      x += 130;
    }
  }

  private void panel(String broker) {
    y += PANEL;
    shapes.append(
        format(
            "<text x=\"10\" y=\"%d\" font-size=\"15\" font-weight=\"bold\">%s</text>%n",
            y - 12, broker));
    int top = y;
    summary.scenarios(broker).forEach(scenario -> scenario(broker, scenario));
    double line = LEFT + UNIT;
    shapes.append(
        format(
            "<line x1=\"%.0f\" x2=\"%.0f\" y1=\"%d\" y2=\"%d\" stroke=\"#444\""
                + " stroke-dasharray=\"3 3\"/>%n",
            line, line, top - 6, y - 4));
  }

  private void scenario(String broker, String scenario) {
    Summary.Line byHand = summary.line(broker, scenario, Summary.BY_HAND);
    text(LEFT - 8, y + BAR - 2, "end", scenario);
    for (Map.Entry<String, Summary.Line> entry : summary.contestants(broker, scenario).entrySet()) {
      Summary.Line line = entry.getValue();
      double ratio = byHand == null ? 1 : line.ratio(byHand);
      double length = Math.min(ratio, MOST) * UNIT;
      rectangle(LEFT, y, length, BAR - 1, color(entry.getKey()));
      String label = format("%.2f   %,.0f/s", ratio, line.median().perSecond());
      text(LEFT + (int) length + 5, y + BAR - 2, "start", label);
      y += BAR;
    }
    y += GAP;
  }

  private static String color(String contestant) {
    return COLORS.getOrDefault(contestant, "#d08770");
  }

  private void rectangle(double x, double top, double width, double height, String color) {
    shapes.append(
        format(
            "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" fill=\"%s\"/>%n",
            x, top, width, height, color));
  }

  private void text(int x, int baseline, String anchor, String content) {
    shapes.append(
        format(
            "<text x=\"%d\" y=\"%d\" text-anchor=\"%s\">%s</text>%n",
            x, baseline, anchor, content));
  }

  private static String format(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}
