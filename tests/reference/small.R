# Reference results on small.csv by R: see README.md. Run from this folder: Rscript small.R
suppressPackageStartupMessages({
  library(lme4); library(sandwich); library(clubSandwich); library(survival); library(jsonlite)
})
d <- read.csv("small.csv")
d$provider <- factor(d$provider)
x <- c("x1", "x2", "x3")
control <- lmerControl(optimizer = "bobyqa", optCtrl = list(rhoend = 1e-12))

reml <- function(weighted) {
  d$v <- if (weighted) d$w else 1
  fit <- lmer(y ~ x1 + x2 + x3 + (1 | provider), data = d, weights = v, REML = TRUE, control = control)
  list(fixef = fixef(fit), se = sqrt(diag(as.matrix(vcov(fit)))), provider_variance = as.data.frame(VarCorr(fit))$vcov[1],
       residual_variance = sigma(fit)^2, log_likelihood = as.numeric(logLik(fit)))
}

# Within providers: dummies, and the cluster jackknife by refitting without each provider in turn.
within <- function(weighted) {
  d$v <- if (weighted) d$w else 1
  full <- lm(y ~ x1 + x2 + x3 + provider, data = d, weights = v)
  left <- t(sapply(levels(d$provider), function(p)
    coef(lm(y ~ x1 + x2 + x3 + provider, data = droplevels(subset(d, provider != p)), weights = v))[x]))
  g <- nlevels(d$provider)
  moved <- sweep(left, 2, coef(full)[x])
  # The same model with the providers' means taken out, for clubSandwich: CR3 is the jackknife but for (G - 1) / G.
  out <- function(z) sqrt(d$v) * (z - ave(d$v * z, d$provider, FUN = sum) / ave(d$v, d$provider, FUN = sum))
  r <- data.frame(y = out(d$y), x1 = out(d$x1), x2 = out(d$x2), x3 = out(d$x3), provider = d$provider)
  flat <- lm(y ~ x1 + x2 + x3 - 1, data = r)
  cr3 <- vcovCR(flat, cluster = r$provider, type = "CR3")
  test <- coef_test(flat, vcov = cr3, cluster = r$provider, test = "Satterthwaite")
  list(terms = coef(full)[x], left_out = unname(apply(left, 1, as.list)),
       jackknife_covariance = (g - 1) / g * crossprod(moved), cr3_covariance = unclass(as.matrix(cr3))[1:3, 1:3],
       cr3_degrees = setNames(if (!is.null(test$df_Satt)) test$df_Satt else test$df, x),
       hc1_covariance = vcovCL(full, cluster = d$provider, type = "HC1")[x, x])
}

# Censored: maximum likelihood by survreg, then with the sum of squares over n - G - p, which adds (G + p) log sigma.
likelihood <- function(theta, penalty) {
  k <- nlevels(d$provider)
  sigma <- exp(theta[length(theta)])
  mean <- theta[as.integer(d$provider)] + as.matrix(d[, x]) %*% theta[k + 1:3]
  sd <- sigma / sqrt(d$v)
  sum(ifelse(d$at_cap == 1, pnorm(d$delivered, mean, sd, lower.tail = FALSE, log.p = TRUE),
             dnorm(d$delivered, mean, sd, log = TRUE))) + penalty * log(sigma)
}
climb <- function(penalty) {
  start <- c(tapply(d$delivered, d$provider, mean), 0, 0, 0, log(30))
  for (i in 1:6) {
    fit <- optim(start, likelihood, penalty = penalty, method = "BFGS",
                 control = list(fnscale = -1, maxit = 5000, reltol = 1e-16, ndeps = rep(1e-5, length(start))))
    start <- fit$par
  }
  k <- nlevels(d$provider)
  list(terms = setNames(fit$par[k + 1:3], x), level = unname(fit$par[1:k]), sigma = exp(unname(fit$par[k + 4])))
}
d$v <- 1
tobit <- survreg(Surv(delivered, at_cap == 0) ~ x1 + x2 + x3 + provider, data = d, dist = "gaussian",
                 control = survreg.control(rel.tolerance = 1e-14, maxiter = 200))
censored <- list(
  survreg = list(terms = coef(tobit)[x], level = unname(coef(tobit)[1] + c(0, coef(tobit)[-(1:4)])), sigma = tobit$scale, log_likelihood = tobit$loglik[2]),
  same_by_hand = climb(0)[c("terms", "sigma")], divided_by_degrees = climb(nlevels(d$provider) + 3)
)
d$v <- d$w
censored$divided_by_degrees_weighted <- climb(nlevels(d$provider) + 3)

versions <- sapply(c("lme4", "sandwich", "clubSandwich", "survival"), function(p) as.character(packageVersion(p)))
result <- list(R = paste(R.version$major, R.version$minor, sep = "."), packages = as.list(versions),
               reml = reml(FALSE), reml_weighted = reml(TRUE), within = within(FALSE), within_weighted = within(TRUE),
               censored = censored)
named <- function(v) if (is.list(v)) lapply(v, named) else if (!is.null(names(v))) lapply(as.list(v), named) else v
write(toJSON(named(result), auto_unbox = TRUE, digits = 12, pretty = TRUE), "small.json")
