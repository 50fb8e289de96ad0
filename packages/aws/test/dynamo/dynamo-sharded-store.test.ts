import { describe } from "vitest";
import { startDynamo } from "./dynamo-kit.ts";
import { storeContract } from "./dynamo-store-contract.ts";

const kit = await startDynamo();

describe("createDynamoConnectionStore with 3 shards", () => {
  // Keys and copies have nothing to do with shards, and a listing costs at least one request for each.
  const leftOut =
    /any string|look alike|every field|is not changed|opens with one|one list request/;
  storeContract(kit, { shards: 3, crowd: 30, leftOut });
});
