import { lazy } from "../ui/lazy.tsx";

/** Both are seen before there is anything to look at, hardly ever after that. */
export const SetupGuide = lazy(() => import("./SetupGuide.tsx").then((module) => module.SetupGuide));
export const NoAccess = lazy(() => import("./NoAccess.tsx").then((module) => module.NoAccess));
