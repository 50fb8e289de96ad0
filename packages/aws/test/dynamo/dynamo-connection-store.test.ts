import { describe } from "vitest";
import { startDynamo } from "./dynamo-kit.ts";
import { storeContract } from "./dynamo-store-contract.ts";

const kit = await startDynamo();

describe("createDynamoConnectionStore", () => {
  storeContract(kit, { crowd: 60 }); // More than 1,000 members: dynamo-big-room.test.ts
});
