/**
 * X.509 certificates made on the spot, so that no private key lies in the repository: ECDSA P-256, valid for a day,
 * for localhost and 127.0.0.1. Just enough DER (X.690) to write RFC 5280's structures.
 */
import type { KeyObject } from "node:crypto";
import { generateKeyPairSync, sign } from "node:crypto";

export interface TestCertificate {
  /** PEM. */
  readonly cert: string;
  readonly key: string;
  readonly commonName: string;
  readonly privateKey: KeyObject;
}

const SEQUENCE = 0x30;
const DAY_MS = 86_400_000;

/** @param issuer absent: signs itself, and may sign others */
export function makeCertificate(commonName: string, issuer?: TestCertificate): TestCertificate {
  const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const algorithm = der(SEQUENCE, oid("2a8648ce3d040302"));
  const body = der(
    SEQUENCE,
    der(0xa0, integer(2)),
    integer(1 + Math.floor(Math.random() * 0x7fffffff)),
    algorithm,
    name(issuer?.commonName ?? commonName),
    der(SEQUENCE, utcTime(Date.now() - DAY_MS), utcTime(Date.now() + DAY_MS)),
    name(commonName),
    publicKey.export({ type: "spki", format: "der" }),
    der(0xa3, der(SEQUENCE, basicConstraints(issuer === undefined), alternativeNames())),
  );
  const signature = sign("sha256", body, issuer?.privateKey ?? privateKey);
  const certificate = der(SEQUENCE, body, algorithm, der(0x03, Buffer.from([0]), signature));
  return {
    cert: `-----BEGIN CERTIFICATE-----\n${certificate.toString("base64")}\n-----END CERTIFICATE-----\n`,
    key: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
    commonName,
    privateKey,
  };
}

function der(tag: number, ...parts: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(parts);
  const length = content.length < 0x80 ? [content.length] : [0x82, content.length >> 8, content.length & 0xff];
  return Buffer.concat([Uint8Array.from([tag, ...length]), content]);
}

function integer(value: number): Buffer {
  const hex = value.toString(16);
  return der(0x02, Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, "hex"));
}

function oid(hex: string): Buffer {
  return der(0x06, Buffer.from(hex, "hex"));
}

/** RDNSequence of one common name. */
function name(commonName: string): Buffer {
  return der(SEQUENCE, der(0x31, der(SEQUENCE, oid("550403"), der(0x0c, Buffer.from(commonName)))));
}

function utcTime(unixMs: number): Buffer {
  const digits = new Date(unixMs).toISOString().replace(/[-:T]/g, "").slice(2, 14);
  return der(0x17, Buffer.from(`${digits}Z`));
}

function basicConstraints(isAuthority: boolean): Buffer {
  const value = isAuthority ? der(SEQUENCE, Buffer.from([0x01, 0x01, 0xff])) : der(SEQUENCE);
  return der(SEQUENCE, oid("551d13"), Buffer.from([0x01, 0x01, 0xff]), der(0x04, value));
}

function alternativeNames(): Buffer {
  const names = der(SEQUENCE, der(0x82, Buffer.from("localhost")), der(0x87, Buffer.from([127, 0, 0, 1])));
  return der(SEQUENCE, oid("551d11"), der(0x04, names));
}
