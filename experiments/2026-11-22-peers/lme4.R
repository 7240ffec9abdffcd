# Random intercept by lme4 on the same rows; seconds of the fit alone, and the estimates in full.
library(lme4)
args <- commandArgs(trailingOnly = TRUE)
rows <- read.csv(args[1])
weights <- rows$w
terms <- setdiff(names(rows), c("y", "w", "provider"))
formula <- as.formula(paste("y ~", paste(terms, collapse = " + "), "+ (1 | provider)"))
started <- proc.time()[["elapsed"]]
fit <- lmer(formula, data = rows, weights = weights, REML = TRUE)
seconds <- proc.time()[["elapsed"]] - started
cat(format(c(seconds, fixef(fit), as.data.frame(VarCorr(fit))$vcov, as.numeric(logLik(fit))), digits = 15), sep = "\n")
