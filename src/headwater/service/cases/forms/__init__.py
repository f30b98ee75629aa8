"""Questions of case work, in plain words."""

from headwater.service.cases.forms.case import (
    AddPersonForm,
    BeginForm,
    CloseForm,
    ConsentForm,
    LeadForm,
    MemberForm,
    PersonForm,
    ReopenForm,
    RestrictForm,
    ReviewForm,
    WishesForm,
    WorryForm,
    ask_about_place,
)
from headwater.service.cases.forms.filters import (
    CaseFilters,
    DisclosureFilters,
    InboxFilters,
    LearnedFilters,
    OversightFilters,
    ReferralFilters,
    SearchForm,
    TimelineFilters,
)
from headwater.service.cases.forms.packages import NotNeededForm, PassOnForm, TakeOnForm, WrongForm
from headwater.service.cases.forms.plan import (
    ActionForm,
    ChangeActionForm,
    ContactForm,
    DocumentForm,
    EndActionForm,
    GoalForm,
    MeetingForm,
    NoteForm,
    PrintForm,
)
from headwater.service.cases.forms.sharing import (
    ALWAYS_SEEN,
    AnswerForm,
    BreakGlassForm,
    ChangeReferralForm,
    CodeForm,
    DiscloseForm,
    InformationForm,
    ReferForm,
    WhyForm,
)

__all__ = [
    "ALWAYS_SEEN",
    "ActionForm", "AddPersonForm", "AnswerForm", "BeginForm", "BreakGlassForm", "CaseFilters", "ChangeActionForm", "ChangeReferralForm", "CloseForm",
    "CodeForm", "ConsentForm", "ContactForm", "DiscloseForm", "DisclosureFilters", "DocumentForm", "EndActionForm", "GoalForm", "InboxFilters",
    "InformationForm", "LeadForm", "LearnedFilters", "MeetingForm", "MemberForm", "NotNeededForm", "NoteForm", "OversightFilters", "PassOnForm",
    "PersonForm", "PrintForm", "ReferForm", "ReferralFilters", "ReopenForm", "RestrictForm", "ReviewForm", "SearchForm", "TakeOnForm",
    "TimelineFilters", "WhyForm", "WishesForm", "WorryForm",
    "WrongForm", "ask_about_place",
]  # fmt: skip
