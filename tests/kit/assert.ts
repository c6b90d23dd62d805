/**
 * The one place that says which assertions the tests use.
 *
 * @module
 */

import assert from "node:assert/strict";

export { assert };
