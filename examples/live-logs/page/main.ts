import { startTheme } from "../../chat/page/theme.ts";
import { startApp } from "./app.ts";

startTheme();
startApp();
