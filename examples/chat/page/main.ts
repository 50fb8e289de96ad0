import { startApp } from "./app.ts";
import { guestNumber, loadIdentity, saveIdentity } from "./identity.ts";
import { askName } from "./name-dialog.ts";
import { startTheme } from "./theme.ts";

startTheme();
const identity = loadIdentity();
if (!identity.name) {
  identity.name = (await askName("")) ?? `Guest ${guestNumber()}`;
  saveIdentity(identity);
}
startApp(identity);
