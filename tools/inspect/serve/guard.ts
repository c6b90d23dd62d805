/**
 * Who may ask the server for what.
 *
 * A page of anybody's in the user's browser can send requests to loopback, so that being on loopback
 * is no protection by itself: a request must name this host as one that cannot be rebound to another
 * address, nothing is ever said to other origins, and nothing can be changed.
 *
 * @module
 */

import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import { isIPv4 } from "node:net";
import type { Context, MiddlewareHandler, Next } from "hono";
import { getCookie, setCookie } from "hono/cookie";
import { secureHeaders } from "hono/secure-headers";

/** The fewest characters of a token: 16 of 64 kinds cannot be guessed. */
const TOKEN_LENGTH = 16;

/**
 * Whether only this host can reach an address.
 *
 * @param host An address, or `localhost`.
 * @returns True for loopback. Any other name may stand for any address.
 */
export function isLoopback(host: string): boolean {
  const name = host.toLowerCase().replace(/^\[(.*)\]$/, "$1");
  return name === "localhost" || name === "::1" || (isIPv4(name) && name.startsWith("127."));
}

/**
 * A new token.
 *
 * @returns 32 characters that stand for 192 random bits.
 */
export function newToken(): string {
  return randomBytes(24).toString("base64url");
}

/**
 * Checks a token that somebody has thought of.
 *
 * @param token The token; throws a `TypeError` when it is too short, or cannot be part of a URL.
 */
export function checkToken(token: string): void {
  if (/^[\w.~-]+$/.test(token) && token.length >= TOKEN_LENGTH) return;
  throw new TypeError(
    `Cannot use this token: it must be ${TOKEN_LENGTH} or more of A-Z, a-z, 0-9 and "-._~"; ` +
      "leave it out, and a good one is made",
  );
}

/** Compares in a time that does not depend on where they differ. */
function isToken(given: string, token: string): boolean {
  const digest = (text: string): Uint8Array => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(given), digest(token));
}

/**
 * Tells browsers that the page may load and run nothing but what is from here.
 *
 * @param importMapHash What allows the import map, as a Content-Security-Policy says it.
 * @returns Sets the headers of every answer.
 */
export function headers(importMapHash: string): MiddlewareHandler {
  return secureHeaders({
    contentSecurityPolicy: {
      defaultSrc: ["'self'"],
      scriptSrc: ["'self'", importMapHash],
      objectSrc: ["'none'"],
      baseUri: ["'none'"],
      formAction: ["'none'"],
      frameAncestors: ["'none'"],
    },
    referrerPolicy: "no-referrer",
    strictTransportSecurity: false,
    xFrameOptions: "DENY",
  });
}

/** Refuses what is not a `GET`. */
export async function getOnly(context: Context, next: Next): Promise<Response | void> {
  if (context.req.method === "GET") return await next();
  return context.text("Only GET is answered here\n", 405, { Allow: "GET" });
}

/** Refuses requests that do not name loopback as their host: another name may be rebound to it. */
export async function loopbackOnly(context: Context, next: Next): Promise<Response | void> {
  if (isLoopback(hostName(context.req.header("host")))) return await next();
  return context.text("This host is known here as localhost only\n", 421);
}

function hostName(header: string | undefined): string {
  return (header ?? "").replace(/:\d+$/, "");
}

/**
 * Refuses requests without the token. It may come in the query, from which it goes into a cookie and
 * out of the address bar, or as `Authorization: Bearer`.
 *
 * @param token The token.
 * @returns The check.
 */
export function tokenOnly(token: string): MiddlewareHandler {
  return async (context, next) => {
    // Cookies are not kept apart by port, so that the name does it.
    const cookie = `dpdk-inspect-${createHash("sha256").update(token).digest("hex").slice(0, 8)}`;
    const query = context.req.query("token");
    const bearer = context.req.header("authorization")?.match(/^Bearer +(\S+)$/i)?.[1];
    const given = query ?? bearer ?? getCookie(context, cookie);
    if (given === undefined || !isToken(given, token)) {
      const how = "the address that was printed at the start has it\n";
      return context.text(`A token is needed: ${how}`, 401, { "WWW-Authenticate": "Bearer" });
    }
    if (query !== undefined) {
      setCookie(context, cookie, token, { httpOnly: true, sameSite: "Lax", path: "/" });
      if (context.req.path === "/") return context.redirect("./", 303);
    }
    return await next();
  };
}
