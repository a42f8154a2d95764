import { generateKeyPairSync, sign } from 'node:crypto'

/** A throw-away certificate for a listener that a check opens on loopback, and its key; both PEM. */
export interface ProbeCertificate {
  readonly cert: string
  readonly key: string
}

/** Tag, length, content: DER (ITU-T X.690) of fewer than 65,536 bytes. */
const der = (tag: number, ...parts: readonly Buffer[]): Buffer => {
  const content = Buffer.concat(parts)
  const size = content.length
  if (size < 128) return Buffer.concat([Buffer.from([tag, size]), content])
  const length = size < 256 ? [0x81, size] : [0x82, size >> 8, size & 0xff]
  return Buffer.concat([Buffer.from([tag, ...length]), content])
}

const sequence = (...parts: readonly Buffer[]): Buffer => der(0x30, ...parts)
const utcTime = (at: Date): Buffer => der(0x17, Buffer.from(`${at.toISOString().replace(/[-:T]/g, '').slice(2, 14)}Z`))
const bitString = (bits: Buffer): Buffer => der(0x03, Buffer.from([0]), bits)

const ecdsaWithSha256 = sequence(der(0x06, Buffer.from('2a8648ce3d040302', 'hex')))
const commonName = der(0x06, Buffer.from('550403', 'hex'))

const pem = (label: string, bytes: Buffer): string => {
  const lines = bytes.toString('base64').match(/.{1,64}/g) ?? []
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`
}

/** Makes a self-signed certificate (X.509 version 1, ECDSA P-256) that is valid for the day around `now`. */
export const makeProbeCertificate = (now: Date): ProbeCertificate => {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const name = sequence(der(0x31, sequence(commonName, der(0x0c, Buffer.from('avow-probe')))))
  const halfDayMs = 43_200_000
  const validity = sequence(utcTime(new Date(now.getTime() - halfDayMs)), utcTime(new Date(now.getTime() + halfDayMs)))
  const serial = der(0x02, Buffer.from([1]))
  const body = sequence(
    serial,
    ecdsaWithSha256,
    name,
    validity,
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
  )
  const certificate = sequence(body, ecdsaWithSha256, bitString(sign('sha256', body, privateKey)))
  return { cert: pem('CERTIFICATE', certificate), key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString() }
}
