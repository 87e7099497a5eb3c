"""The colours of pictures: those of Okabe and Ito, which colour-blind people tell apart. No colour says anything alone:
arrows, dashes and words say it too."""

PAPER, INK, GREY = "#ffffff", "#1c2430", "#4a5563"
FAINT, RULE, PALE, TAG = "#66717f", "#dde2e8", "#f1f4f7", "#e3e8ee"
HEAD, ON_HEAD = "#0f3557", "#c3d3e2"
BLUE, SKY, AMBER, RED = "#0072b2", "#9fcbe8", "#e69f00", "#c24a00"
SILVER, BRONZE = "#aab4bf", "#c58f5e"
