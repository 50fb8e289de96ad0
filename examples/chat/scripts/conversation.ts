/** Something that was said before the picture is taken. */
export interface Line {
  /** How many minutes before. */
  ago: number;
  name: string;
  text: string;
}

const DAY = 24 * 60;
export const ANA = "Ana Lindqvist";
export const JONAS = "Jonas Weber";
export const TOMAS = "Tomás Rivera";
export const PRIYA = "Priya Nair";

export const lobby: readonly Line[] = [
  { ago: 95, name: TOMAS, text: "Good morning! Anyone up for lunch outside today?" },
  { ago: 93, name: ANA, text: "Always. One o’clock?" },
];

export const release: readonly Line[] = [
  {
    ago: DAY + 70,
    name: TOMAS,
    text: "Two open points before 2.0: the upgrade notes and the soak test.",
  },
  { ago: DAY + 66, name: ANA, text: "I’ll take the notes." },
  { ago: 31, name: TOMAS, text: "Morning. How far are we?" },
  {
    ago: 28,
    name: JONAS,
    text: "Soak test ends in about twenty minutes. I pulled the plug on the gateway twice overnight: everybody came back, nothing was lost and nothing came twice.",
  },
  { ago: 27, name: TOMAS, text: "Nice. That was the part I worried about." },
];
