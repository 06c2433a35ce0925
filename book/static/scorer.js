// The order of what a search finds: first the lesson that has the word in its name, code last.

var Scorer = {
    objNameMatch: 11,
    objPartialMatch: 6,
    objPrio: { 0: 15, 1: 5, 2: -5 },
    objPrioDefault: 0,
    title: 15,
    partialTitle: 7,
    term: 5,
    partialTerm: 2,
    score: ([page, , , , score]) => {
        const query = new URLSearchParams(location.search).get("q") ?? "";
        const words = query.toLowerCase().match(/\w{3,}/g) ?? [];
        const named = words.some((word) => page.split("_").includes(word));
        return score + 20 * named - 20 * (page === "nn_core");
    },
};
