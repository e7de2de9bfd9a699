// The browser that the tests of pages share.

import { chromium } from "playwright-core";

/** How long anything may take, milliseconds: the first start of a browser on a busy machine reads all of it from disk. */
export const PATIENCE = 90_000;

/** A real Chromium; `args` beside those that every machine needs. */
export const launched = (...args) =>
  chromium.launch({ executablePath: process.env.WORLDLOG_BROWSER, args: ["--no-sandbox", ...args], timeout: PATIENCE });

/** A page of a browser, as patient. */
export async function patient(browser, options) {
  const page = await browser.newPage(options);
  page.setDefaultTimeout(PATIENCE);
  return page;
}
