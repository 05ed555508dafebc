import type { SigningKey } from './signing-key.js';

const SEQUENCE = 0x30;

/** The algorithm identifiers of signatures (RFC 4055 §5, RFC 5758 §3.2, RFC 8410 §3), in DER. */
const RSA = ['RS256', '300d06092a864886f70d01010b0500'] as const;
const ED25519 = ['EdDSA', '300506032b6570'] as const;
const BY_CURVE = {
  ES256: ['ES256', '300a06082a8648ce3d040302'],
  ES384: ['ES384', '300a06082a8648ce3d040303'],
  ES512: ['ES512', '300a06082a8648ce3d040304'],
} as const;

/** A self-signed certificate of a key (RFC 5280 §4.1), in DER: as valid as one can be that nobody has vouched for. */
export function selfSignedCertificate(key: SigningKey): Buffer {
  const [name, identifier] = signatureOf(key);
  const algorithm = Buffer.from(identifier, 'hex');
  // CN=attacker.example
  const commonName = der(SEQUENCE, Buffer.from('0603550403', 'hex'), utf8('attacker.example'));
  const distinguishedName = der(SEQUENCE, der(0x31, commonName));
  const version = Buffer.from('a003020102', 'hex');
  const serialNumber = Buffer.from('020101', 'hex');
  const validity = der(SEQUENCE, utcTime('200101000000Z'), utcTime('491231235959Z'));
  const toBeSigned = der(
    SEQUENCE,
    version,
    serialNumber,
    algorithm,
    distinguishedName,
    validity,
    distinguishedName,
    key.publicKey.export({ format: 'der', type: 'spki' }),
  );
  const signature = key.signature(toBeSigned, { name, dsaEncoding: 'der' });
  return der(SEQUENCE, toBeSigned, algorithm, der(0x03, Buffer.alloc(1), signature));
}

function signatureOf({ alg, publicKey }: SigningKey) {
  if (publicKey.asymmetricKeyType === 'rsa') return RSA;
  return alg === 'ES256' || alg === 'ES384' || alg === 'ES512' ? BY_CURVE[alg] : ED25519;
}

function utf8(text: string): Buffer {
  return der(0x0c, Buffer.from(text));
}

function utcTime(text: string): Buffer {
  return der(0x17, Buffer.from(text));
}

/** Tag, length and contents (X.690 §8.1). */
function der(tag: number, ...contents: readonly Buffer[]): Buffer {
  const content = Buffer.concat(contents);
  const { length } = content;
  const size =
    length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
}
