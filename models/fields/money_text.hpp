// SPDX-License-Identifier: MIT
// Money as people write it: `$0.40`, `0.40 USD`, `$0.2016/h`, `0.000024 USD/s`. The currency is never guessed, and
// neither is the time that a price is for.
#pragma once

#include <string>
#include <string_view>
#include <variant>

#include "models/fields/money.hpp"
#include "models/fields/quantity_text.hpp"

namespace models {

std::variant<Money, QuantityError> parse_money(std::string_view text);
// Per hour, minute or second; at most 99,999 an hour.
std::variant<Money, QuantityError> parse_price(std::string_view text);

// The pattern (ECMA 262, anchored) of either kind.
std::string money_pattern(Kind kind);

// "USD"; nothing when it is no code.
std::variant<Currency, QuantityError> parse_currency(std::string_view text);

}  // namespace models
