/** The `Code` of an error of COS (436/7730). */
export type CosErrorCode =
  | "AccessDenied"
  | "AccessForbidden"
  | "BadDigest"
  | "EntityTooLarge"
  | "ExpiredToken"
  | "FileAlreadyExists"
  | "InternalError"
  | "InvalidAccessKeyId"
  | "InvalidArgument"
  | "InvalidDigest"
  | "InvalidRange"
  | "InvalidRequest"
  | "InvalidURI"
  | "KeyTooLong"
  | "MalformedXML"
  | "MethodNotAllowed"
  | "NoSuchBucket"
  | "NoSuchKey"
  | "NotImplemented"
  | "PreconditionFailed"
  | "RequestTimeTooSkewed"
  | "ServiceUnavailable"
  | "SignatureDoesNotMatch"
  | "SlowDown";

const ERRORS: Readonly<Record<CosErrorCode, readonly [status: number, message: string]>> = {
  AccessDenied: [403, "Access Denied."],
  AccessForbidden: [403, "CORS is not configured for this bucket."],
  BadDigest: [400, "The Content-MD5 you specified did not match what we received."],
  EntityTooLarge: [400, "Your proposed upload exceeds the maximum allowed object size."],
  ExpiredToken: [400, "The provided token has expired."],
  FileAlreadyExists: [409, "The object already exists."],
  InternalError: [500, "We encountered an internal error. Please try again."],
  InvalidAccessKeyId: [403, "The Access Key Id you provided does not exist in our records."],
  InvalidArgument: [400, "Invalid argument."],
  InvalidDigest: [400, "The Content-MD5 you specified is not valid."],
  InvalidRange: [416, "The requested range is not satisfiable."],
  InvalidRequest: [400, "Invalid request."],
  InvalidURI: [400, "Could not parse the specified URI."],
  KeyTooLong: [400, "Your key is too long."],
  MalformedXML: [400, "The XML you provided was not well-formed."],
  MethodNotAllowed: [405, "The specified method is not allowed against this resource."],
  NoSuchBucket: [404, "The specified bucket does not exist."],
  NoSuchKey: [404, "The specified key does not exist."],
  NotImplemented: [501, "The local COS does not do that."],
  PreconditionFailed: [412, "Precondition not match."],
  RequestTimeTooSkewed: [
    403,
    "The difference between the request time and the current time is too large.",
  ],
  ServiceUnavailable: [503, "Please try again later."],
  SignatureDoesNotMatch: [
    403,
    "The request signature we calculated does not match the signature you provided.",
  ],
  SlowDown: [503, "Please reduce your request rate."],
};

/** Thrown for a request that COS answers with an error. */
export class CosError extends Error {
  override name = "CosError";
  readonly code: CosErrorCode;

  constructor(code: CosErrorCode, message: string = ERRORS[code][1]) {
    super(message);
    this.code = code;
  }

  /** Its HTTP status. */
  get status(): number {
    return ERRORS[this.code][0];
  }
}

/** Whether this is the code of an error. */
export function isCosErrorCode(code: string): code is CosErrorCode {
  return Object.hasOwn(ERRORS, code);
}
