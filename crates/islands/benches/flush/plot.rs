//! The plot of docs/islands.md: an SVG that follows the reader's light or dark scheme.

use std::fmt::Write as _;

use crate::layouts::World;
use crate::shares::Shares;

const PANEL: (f64, f64) = (380.0, 260.0);
const FILE: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../../docs/images/islands-flush.svg"
);

type Curve = Vec<(f64, f64)>;

/// A frame with logarithmic axes.
struct Panel {
    left: f64,
    top: f64,
    x: (f64, f64),
    y: (f64, f64),
}

impl Panel {
    fn place(&self, x: f64, y: f64) -> (f64, f64) {
        let part = |v: f64, (low, high): (f64, f64)| {
            (v.clamp(low, high).log10() - low.log10()) / (high.log10() - low.log10())
        };
        (
            self.left + part(x, self.x) * PANEL.0,
            self.top + (1.0 - part(y, self.y)) * PANEL.1,
        )
    }

    fn frame(&self, svg: &mut String, title: &str, marks_x: &[(f64, &str)], label_x: &str) {
        let (left, top) = (self.left, self.top);
        let (right, bottom) = (left + PANEL.0, top + PANEL.1);
        let _ = writeln!(
            svg,
            r#"<text x="{left}" y="{}" class="title">{title}</text>"#,
            top - 14.0
        );
        for (value, label) in marks_x {
            let x = self.place(*value, self.y.0).0;
            let _ = writeln!(
                svg,
                r#"<path d="M{x:.1} {top}V{bottom}" class="grid"/><text x="{x:.1}" y="{}" text-anchor="middle">{label}</text>"#,
                bottom + 16.0
            );
        }
        let mut value = self.y.0;
        while value <= self.y.1 * 1.001 {
            let y = self.place(self.x.0, value).1;
            let _ = writeln!(
                svg,
                r#"<path d="M{left} {y:.1}H{right}" class="grid"/><text x="{}" y="{:.1}" text-anchor="end">{value} ms</text>"#,
                left - 6.0,
                y + 4.0
            );
            value *= 10.0;
        }
        let _ = writeln!(
            svg,
            r#"<text x="{}" y="{}" text-anchor="middle">{label_x}</text>"#,
            left + PANEL.0 / 2.0,
            bottom + 34.0
        );
    }

    fn curve(&self, svg: &mut String, class: &str, label: &str, curve: &Curve) {
        let points: Vec<String> = curve
            .iter()
            .map(|(x, y)| self.place(*x, *y))
            .map(|(x, y)| format!("{x:.1},{y:.1}"))
            .collect();
        let _ = writeln!(
            svg,
            r#"<polyline points="{}" class="{class}"/>"#,
            points.join(" ")
        );
        if let Some((x, y)) = curve.last().map(|(x, y)| self.place(*x, *y)) {
            let _ = writeln!(
                svg,
                r#"<text x="{:.1}" y="{:.1}" class="{class} name">{label}</text>"#,
                x + 5.0,
                y + if class == "this" { 9.0 } else { -1.0 }
            );
        }
    }
}

const STYLE: &str = "text{font:12px system-ui,sans-serif;fill:#444}.title{font-weight:600;fill:#111}\
.grid{stroke:#8884;fill:none}polyline{fill:none;stroke-width:2}polyline.this{stroke:#0969da}polyline.original{stroke:#cf222e;stroke-dasharray:5 3}\
.name.this{fill:#0969da}.name.original{fill:#cf222e}\
@media(prefers-color-scheme:dark){text{fill:#aab}.title{fill:#eee}polyline.this{stroke:#58a6ff}polyline.original{stroke:#ff7b72}\
.name.this{fill:#58a6ff}.name.original{fill:#ff7b72}}";

/// Writes the file.
pub(crate) fn draw(curves: &[(World, Curve, Curve)], shares: &Shares) {
    let mut svg = String::from(
        r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1100 360" role="img">"#,
    );
    let _ = writeln!(
        svg,
        "<title>Time of a flush of the island engine</title><style>{STYLE}</style>"
    );
    let by_share = Panel {
        left: 70.0,
        top: 40.0,
        x: (0.0003, 1.0),
        y: (0.01, 1000.0),
    };
    let marks = [
        (0.0003, "0"),
        (0.001, "0.1 %"),
        (0.01, "1 %"),
        (0.1, "10 %"),
        (1.0, "100 %"),
    ];
    by_share.frame(
        &mut svg,
        "20 000 peers everywhere alike: time by who moved",
        &marks,
        "share of peers that moved",
    );
    let curve =
        |pick: &dyn Fn(&(f64, f64, f64)) -> f64| shares.iter().map(|s| (s.0, pick(s))).collect();
    by_share.curve(&mut svg, "this", "this", &curve(&|s| s.1));
    by_share.curve(
        &mut svg,
        "original",
        "rules of the original",
        &curve(&|s| s.2),
    );
    let by_size = Panel {
        left: 640.0,
        top: 40.0,
        x: (100.0, 20_000.0),
        y: (0.001, 10_000.0),
    };
    let marks = [
        (100.0, "100"),
        (1_000.0, "1 000"),
        (5_000.0, "5 000"),
        (20_000.0, "20 000"),
    ];
    by_size.frame(
        &mut svg,
        "everybody moves: time by number of peers",
        &marks,
        "peers",
    );
    for (world, ours, original) in curves {
        by_size.curve(&mut svg, "original", world.name(), original);
        by_size.curve(&mut svg, "this", world.name(), ours);
    }
    svg.push_str("</svg>\n");
    std::fs::write(FILE, svg).expect("docs/images can be written");
    println!("\ndrawn: docs/images/islands-flush.svg");
}
