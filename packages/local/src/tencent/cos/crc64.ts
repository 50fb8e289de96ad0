/** The polynomial of ECMA-182, reflected: its high and its low 32 bits. */
const POLYNOMIAL = [0xc96c5795, 0xd7870f42] as const;
const TABLE = createTable();

/** The CRC-64/XZ of bytes, in decimal: COS's `x-cos-hash-crc64ecma`, which its SDKs compare. */
export function crc64(bytes: Uint8Array): string {
  const [highs, lows] = TABLE;
  let high = 0xffffffff;
  let low = 0xffffffff;
  for (const byte of bytes) {
    const index = (low ^ byte) & 0xff;
    low = ((low >>> 8) | (high << 24)) ^ (lows[index] ?? 0);
    high = (high >>> 8) ^ (highs[index] ?? 0);
  }
  const [last, first] = [BigInt(~low >>> 0), BigInt(~high >>> 0)];
  return String((first << 32n) | last);
}

/** Halves, since numbers hold no 64 bits and BigInt is slow. */
function createTable(): readonly [highs: Uint32Array, lows: Uint32Array] {
  const highs = new Uint32Array(256);
  const lows = new Uint32Array(256);
  for (let index = 0; index < 256; index++) {
    let [high, low] = [0, index];
    for (let bit = 0; bit < 8; bit++) {
      const odd = low & 1;
      low = (low >>> 1) | (high << 31);
      high >>>= 1;
      if (odd) {
        high ^= POLYNOMIAL[0];
        low ^= POLYNOMIAL[1];
      }
    }
    highs[index] = high;
    lows[index] = low;
  }
  return [highs, lows];
}
