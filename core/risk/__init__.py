"""Risk: the company's own rules over an application (预审), and what they say of it. The lender alone decides."""
