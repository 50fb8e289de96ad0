/** One thing that is wrong with a value, as a Standard Schema library reports it. */
export interface SchemaIssue {
  /** What is wrong, in words. */
  readonly message: string;
  /** Where in the value it is wrong. */
  readonly path?: ReadonlyArray<PropertyKey | { readonly key: PropertyKey }> | undefined;
}

/** What a schema's `validate` answers: the parsed value, or what is wrong with it. */
export type SchemaResult<Output> =
  | { readonly value: Output; readonly issues?: undefined }
  | { readonly issues: readonly SchemaIssue[] };

/**
 * The part of the Standard Schema interface, version 1, that hubbub uses. Zod, Valibot, ArkType and
 * many others implement it. Source: standardschema.dev.
 */
export interface Schema<Input = unknown, Output = Input> {
  /** The Standard Schema entry point. */
  readonly "~standard": {
    readonly version: 1;
    readonly vendor: string;
    readonly validate: (value: unknown) => SchemaResult<Output> | Promise<SchemaResult<Output>>;
    readonly types?: { readonly input: Input; readonly output: Output } | undefined;
  };
}

type TypesOf<S> = S extends { readonly "~standard": { readonly types?: infer Types } }
  ? NonNullable<Types>
  : never;

/** The type that a schema accepts. */
export type InputOf<S> = TypesOf<S> extends { readonly input: infer Input } ? Input : never;

/** The type that a schema answers. */
export type OutputOf<S> = TypesOf<S> extends { readonly output: infer Output } ? Output : never;
